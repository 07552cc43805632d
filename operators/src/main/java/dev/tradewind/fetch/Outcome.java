package dev.tradewind.fetch;

import dev.tradewind.url.CanonicalUrl;

/** The stable words for what came of a look at a page. A status other than 200 to 299 is {@code http-}
 * and its number, which has three digits. */
public final class Outcome {
    public static final String READ = "read";
    public static final String BAD_URL = CanonicalUrl.BAD_URL;
    public static final String BLOCKED_ADDRESS = "blocked-address";
    public static final String CONNECT_TIMEOUT = "connect-timeout";
    public static final String CONNECTION_REFUSED = "connection-refused";
    public static final String CONNECTION_LOST = "connection-lost";
    public static final String CRAWL_DELAY_TOO_LONG = "crawl-delay-too-long";
    public static final String DEADLINE = "deadline";
    public static final String DNS_FAILURE = "dns-failure";
    public static final String BAD_RESPONSE = "bad-response";
    public static final String FOREIGN_REDIRECT = "foreign-redirect";
    public static final String NOINDEX = "noindex";
    public static final String NOT_HTML = "not-html";
    public static final String REPEATED_PAGE = "repeated-page";
    public static final String ROBOTS_DISALLOWED = "robots-disallowed";
    public static final String ROBOTS_UNREACHABLE = "robots-unreachable";
    public static final String TLS_FAILURE = "tls-failure";
    public static final String TOO_MANY_REDIRECTS = "too-many-redirects";

    public static String ofStatus(int httpStatus) {
        return "http-" + httpStatus;
    }

    private Outcome() {}
}
