package dev.tradewind.fetch;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * How to fetch. Two operators with equal settings share one client.
 *
 * @param userAgent sent with every request
 * @param robot what robots.txt calls us
 */
public record CrawlSettings(Reach reach, Politeness politeness, Limits limits, String userAgent, String robot)
        implements Serializable {
    private static final long serialVersionUID = 1;

    /**
     * What may be connected, and how.
     *
     * @param proxy {@code host:port} of a forward proxy for all fetches, or null; its rules then decide which addresses are
     *     reached
     * @param allowAddresses CIDR ranges to allow beside the public addresses
     * @param verifyTls whether a site must prove by its certificate that it is who it says; one that does not is never sent a
     *     cookie
     */
    public record Reach(String proxy, List<String> allowAddresses, boolean verifyTls) implements Serializable {
        private static final long serialVersionUID = 1;

        public Reach {
            allowAddresses = List.copyOf(allowAddresses);
            new AddressGuard(allowAddresses);
            if (proxy != null) {
                portOf(proxy);
            }
        }

        String proxyHost() {
            return proxy.substring(0, proxy.lastIndexOf(':'));
        }

        int proxyPort() {
            return portOf(proxy);
        }
    }

    /**
     * How much of a host's time is taken.
     *
     * @param delay from the end of a request to a host to the start of the next; up to five times that where the host is slow,
     *     and longer where it asks for more
     * @param addressDelay between the starts of two requests to one address, whatever hosts they are for
     * @param maxDelay the longest wait between two requests that a site may ask for; one that asks for more is left alone
     * @param perHost requests to one host at once
     */
    public record Politeness(Duration delay, Duration addressDelay, Duration maxDelay, int perHost)
            implements Serializable {
        private static final long serialVersionUID = 1;

        public Politeness {
            require(isDelay(delay), "delay must be from 0 to 1 h", delay);
            require(isDelay(addressDelay), "address-delay must be from 0 to 1 h", addressDelay);
            require(isDelay(maxDelay), "max-delay must be from 0 to 1 h", maxDelay);
            require(perHost >= 1, "per-host must be at least 1", perHost);
        }
    }

    /**
     * What one site may cost us.
     *
     * @param pages pages to read of a site, the home page included
     * @param deadline of one look at a page: name, connection, TLS, headers, body and all redirects; waiting for the host's
     *     turn not counted
     * @param siteDeadline of one visit, waiting included
     * @param maxBytes of a decoded body; what is beyond is cut
     */
    public record Limits(int pages, Duration deadline, Duration siteDeadline, int maxBytes) implements Serializable {
        private static final long serialVersionUID = 1;

        public Limits {
            require(pages >= 1 && pages <= 20, "pages must be from 1 to 20", pages);
            require(isPositive(deadline), "deadline must be from 1 ms to 1 h", deadline);
            require(isPositive(siteDeadline), "site-deadline must be from 1 ms to 1 h", siteDeadline);
            require(maxBytes >= 1_024 && maxBytes <= 1 << 28, "max-bytes must be from 1 KiB to 256 MiB", maxBytes);
        }
    }

    /** @throws IllegalArgumentException, like its parts, which says what is wrong with which value */
    public CrawlSettings {
        require(userAgent.matches("[\\x20-\\x7e]{1,500}"), "user-agent must be printable ASCII", userAgent);
        require(robot.matches("[A-Za-z_-]{1,100}"), "robot must be letters, hyphens and underscores", robot);
    }

    public static CrawlSettings defaults() {
        return new CrawlSettings(
                new Reach(null, List.of(), true),
                new Politeness(Duration.ofSeconds(1), Duration.ofMillis(100), Duration.ofSeconds(30), 1),
                new Limits(5, Duration.ofSeconds(15), Duration.ofSeconds(120), 1 << 20),
                "Tradewind/0.1 (+industry classification of business web sites)",
                "tradewind");
    }

    public CrawlSettings with(Reach newReach) {
        return new CrawlSettings(newReach, politeness, limits, userAgent, robot);
    }

    public CrawlSettings with(Politeness newPoliteness) {
        return new CrawlSettings(reach, newPoliteness, limits, userAgent, robot);
    }

    public CrawlSettings with(Limits newLimits) {
        return new CrawlSettings(reach, politeness, newLimits, userAgent, robot);
    }

    private static int portOf(String proxy) {
        int colon = proxy.lastIndexOf(':');
        String port = proxy.substring(colon + 1);
        require(colon > 0 && port.matches("[0-9]{1,5}"), "proxy must be host:port", proxy);
        int number = Integer.parseInt(port);
        require(number >= 1 && number <= 65_535, "proxy must have a port from 1 to 65535", proxy);
        return number;
    }

    private static boolean isDelay(Duration duration) {
        return !duration.isNegative() && duration.compareTo(Duration.ofHours(1)) <= 0;
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
