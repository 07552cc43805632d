package dev.tradewind.jobs;

import dev.tradewind.fetch.CrawlSettings;
import dev.tradewind.fetch.CrawlSettings.Limits;
import dev.tradewind.fetch.CrawlSettings.Politeness;
import dev.tradewind.fetch.CrawlSettings.Reach;
import dev.tradewind.plan.LinkRanks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.MemorySize;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options {@code --crawl.*}. */
final class CrawlOptions {
    @Spec(Spec.Target.MIXEE)
    CommandSpec command;

    @Option(
            names = "--crawl.proxy",
            paramLabel = "HOST:PORT",
            description = "Forward HTTP proxy for all fetches; its rules then decide which addresses are reached.")
    String proxy;

    @Option(
            names = "--crawl.allow-addresses",
            paramLabel = "CIDR",
            split = ",",
            showDefaultValue = Visibility.NEVER,
            description = "Address ranges to allow beside the public ones, with commas between, such as 10.1.0.0/16.")
    List<String> allowAddresses = new ArrayList<>();

    @Option(
            names = "--crawl.verify-tls",
            paramLabel = "BOOLEAN",
            defaultValue = "true",
            description =
                    "Whether a site's certificate must prove who it is; false reads others too, and sends them no cookie.")
    boolean verifyTls;

    @Option(names = "--crawl.pages", paramLabel = "N", description = "Pages per site, the home page included.")
    int pages = 5;

    @Option(
            names = "--crawl.delay",
            paramLabel = "TIME",
            defaultValue = "1s",
            description =
                    "From the end of a request to a host to the next one; longer where the host is slow or asks for a Crawl-delay.")
    Duration delay;

    @Option(
            names = "--crawl.address-delay",
            paramLabel = "TIME",
            defaultValue = "100ms",
            description = "Between the starts of two requests to one address, whatever hosts share it.")
    Duration addressDelay;

    @Option(
            names = "--crawl.max-delay",
            paramLabel = "TIME",
            defaultValue = "30s",
            description =
                    "The longest Crawl-delay or Retry-After that is waited for; a site that asks for more is left alone.")
    Duration maxDelay;

    @Option(names = "--crawl.per-host", paramLabel = "N", description = "Requests to one host at once.")
    int perHost = 1;

    @Option(
            names = "--crawl.deadline",
            paramLabel = "TIME",
            defaultValue = "15s",
            description = "For one look at a page: name, connection, headers, body and redirects together.")
    Duration deadline;

    @Option(
            names = "--crawl.site-deadline",
            paramLabel = "TIME",
            defaultValue = "2min",
            description = "For one site, waiting for its turns included.")
    Duration siteDeadline;

    @Option(
            names = "--crawl.max-bytes",
            paramLabel = "SIZE",
            defaultValue = "1mb",
            description = "Of a page after decompression; what is beyond is cut.")
    MemorySize maxBytes;

    @Option(
            names = "--crawl.link-ranks",
            paramLabel = "WORD=RANK",
            defaultValue = LinkRanks.TALK,
            description =
                    "Which links are followed first: a word in the link's text or path, and its rank, lower first; WORD=skip for"
                            + " links that are nothing but that word; 'measured' for a longer table.")
    String linkRanks;

    @Option(
            names = "--crawl.sites-in-flight",
            paramLabel = "N",
            description = "Sites that each fetching subtask holds at once.")
    int sitesInFlight = 200;

    @Option(
            names = "--crawl.user-agent",
            paramLabel = "TEXT",
            defaultValue = "Tradewind/0.1 (+industry classification of business web sites)",
            description = "Sent with each request; robots.txt is asked for 'tradewind'.")
    String userAgent;

    CrawlSettings settings() {
        if (sitesInFlight < 1) {
            throw new ParameterException(
                    command.commandLine(), "--crawl.sites-in-flight must be at least 1, not " + sitesInFlight);
        }
        try {
            return new CrawlSettings(
                    new Reach(proxy, allowAddresses, verifyTls),
                    new Politeness(delay, addressDelay, maxDelay, perHost),
                    new Limits(pages, deadline, siteDeadline, Math.toIntExact(maxBytes.getBytes())),
                    userAgent,
                    CrawlSettings.defaults().robot());
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ParameterException(command.commandLine(), "--crawl: " + e.getMessage());
        }
    }

    LinkRanks ranks() {
        try {
            return new LinkRanks(linkRanks);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--crawl.link-ranks: " + e.getMessage());
        }
    }
}
