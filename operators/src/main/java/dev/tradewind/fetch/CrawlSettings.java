package dev.tradewind.fetch;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * How to fetch: politeness, limits and who we say we are. Two operators with equal settings share one client.
 *
 * @param proxy {@code host:port} of a forward proxy for all fetches, or null; its rules then decide which addresses are reached
 * @param allowAddresses CIDR ranges to allow beside the public addresses
 * @param pages pages to read of a site, the home page included
 * @param delay between the starts of two requests to one host
 * @param perHost requests to one host at once
 * @param deadline of one look at a page: name, connection, TLS, headers, body and all redirects; waiting for the host's turn
 *     not counted
 * @param siteDeadline of one visit, waiting included
 * @param maxBytes of a decoded body; what is beyond is cut
 * @param userAgent sent with every request
 * @param robot what robots.txt calls us
 */
public record CrawlSettings(
        String proxy,
        List<String> allowAddresses,
        int pages,
        Duration delay,
        int perHost,
        Duration deadline,
        Duration siteDeadline,
        int maxBytes,
        String userAgent,
        String robot)
        implements Serializable {

    private static final long serialVersionUID = 1;

    /** @throws IllegalArgumentException which says what is wrong with which value */
    public CrawlSettings {
        allowAddresses = List.copyOf(allowAddresses);
        new AddressGuard(allowAddresses);
        if (proxy != null) {
            portOf(proxy);
        }
        require(pages >= 1 && pages <= 20, "pages must be from 1 to 20", pages);
        require(!delay.isNegative() && delay.compareTo(Duration.ofHours(1)) <= 0, "delay must be from 0 to 1 h", delay);
        require(perHost >= 1, "per-host must be at least 1", perHost);
        require(isPositive(deadline), "deadline must be from 1 ms to 1 h", deadline);
        require(isPositive(siteDeadline), "site-deadline must be from 1 ms to 1 h", siteDeadline);
        require(maxBytes >= 1_024 && maxBytes <= 1 << 28, "max-bytes must be from 1 KiB to 256 MiB", maxBytes);
        require(userAgent.matches("[\\x20-\\x7e]{1,500}"), "user-agent must be printable ASCII", userAgent);
        require(robot.matches("[A-Za-z_-]{1,100}"), "robot must be letters, hyphens and underscores", robot);
    }

    public static CrawlSettings defaults() {
        return new CrawlSettings(
                null,
                List.of(),
                5,
                Duration.ofSeconds(1),
                1,
                Duration.ofSeconds(15),
                Duration.ofSeconds(120),
                1 << 20,
                "Tradewind/0.1 (+industry classification of business web sites)",
                "tradewind");
    }

    public CrawlSettings withProxy(String hostAndPort) {
        return new CrawlSettings(
                hostAndPort, allowAddresses, pages, delay, perHost, deadline, siteDeadline, maxBytes, userAgent, robot);
    }

    public CrawlSettings withAllowAddresses(List<String> cidrs) {
        return new CrawlSettings(
                proxy, cidrs, pages, delay, perHost, deadline, siteDeadline, maxBytes, userAgent, robot);
    }

    public CrawlSettings withDelay(Duration newDelay) {
        return new CrawlSettings(
                proxy, allowAddresses, pages, newDelay, perHost, deadline, siteDeadline, maxBytes, userAgent, robot);
    }

    public CrawlSettings withDeadline(Duration newDeadline) {
        return new CrawlSettings(
                proxy, allowAddresses, pages, delay, perHost, newDeadline, siteDeadline, maxBytes, userAgent, robot);
    }

    public CrawlSettings withMaxBytes(int newMaxBytes) {
        return new CrawlSettings(
                proxy, allowAddresses, pages, delay, perHost, deadline, siteDeadline, newMaxBytes, userAgent, robot);
    }

    String proxyHost() {
        return proxy.substring(0, proxy.lastIndexOf(':'));
    }

    int proxyPort() {
        return portOf(proxy);
    }

    private static int portOf(String proxy) {
        int colon = proxy.lastIndexOf(':');
        String port = proxy.substring(colon + 1);
        require(colon > 0 && port.matches("[0-9]{1,5}"), "proxy must be host:port", proxy);
        int number = Integer.parseInt(port);
        require(number >= 1 && number <= 65_535, "proxy must have a port from 1 to 65535", proxy);
        return number;
    }

    private static boolean isPositive(Duration duration) {
        return duration.toMillis() >= 1 && duration.compareTo(Duration.ofHours(1)) <= 0;
    }

    private static void require(boolean holds, String message, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(message + ", not " + value);
        }
    }
}
