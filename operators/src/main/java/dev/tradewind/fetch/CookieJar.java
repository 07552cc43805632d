package dev.tradewind.fetch;

import dev.tradewind.url.CanonicalUrl;
import io.netty.handler.codec.http.cookie.ClientCookieDecoder;
import io.netty.handler.codec.http.cookie.Cookie;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The cookies of one visit, at most {@link #MAX_COOKIES} and {@link #MAX_BYTES} in all; what is beyond is dropped. A cookie
 * goes back to the site that gave it alone, and what came over TLS is not sent in the clear. For one thread at a time.
 */
final class CookieJar {
    static final int MAX_COOKIES = 20;
    static final int MAX_BYTES = 4 << 10;
    static final int MAX_COOKIE_BYTES = 1 << 10;

    private static final int MAX_HEADER = 4 << 10;

    private final List<VisitCookie> cookies;
    private final boolean tlsIsVerified;

    /** @param tlsIsVerified whether https says who the site is; if not, it is given no cookie */
    CookieJar(List<VisitCookie> cookies, boolean tlsIsVerified) {
        this.cookies = new ArrayList<>(cookies);
        this.tlsIsVerified = tlsIsVerified;
    }

    /** What there is to take to the next round. */
    List<VisitCookie> cookies() {
        return List.copyOf(cookies);
    }

    /** Takes the cookies that the site at {@code url} gave in a response's headers: name, value, name, value … */
    void keep(String url, List<String> headers) {
        if (isForbidden(url)) {
            return;
        }
        for (int i = 0; i + 1 < headers.size(); i += 2) {
            String value = headers.get(i + 1);
            if (headers.get(i).equalsIgnoreCase("set-cookie") && value.length() <= MAX_HEADER) {
                Cookie given = decoded(value);
                if (given != null) {
                    keep(url, given);
                }
            }
        }
    }

    /** What to send with a request of {@code url}, or null if that is nothing. */
    String header(String url) {
        if (isForbidden(url)) {
            return null;
        }
        String header = cookies.stream()
                .filter(cookie -> mayGo(cookie, url))
                .sorted(Comparator.comparing(
                        (VisitCookie cookie) -> -cookie.path().length()))
                .map(cookie -> cookie.name() + "=" + cookie.value())
                .collect(Collectors.joining("; "));
        return header.isEmpty() ? null : header;
    }

    private boolean isForbidden(String url) {
        return isSecure(url) && !tlsIsVerified;
    }

    /** Null if it is none. */
    private static Cookie decoded(String header) {
        try {
            return ClientCookieDecoder.LAX.decode(header);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private void keep(String url, Cookie given) {
        String domain = given.domain() == null ? "" : given.domain().toLowerCase(Locale.ROOT);
        domain = domain.startsWith(".") ? domain.substring(1) : domain;
        String path = given.path() != null && given.path().startsWith("/") ? given.path() : folder(url);
        String value = given.wrap() ? '"' + given.value() + '"' : given.value();
        var cookie = new VisitCookie(
                domain.isEmpty() ? CanonicalUrl.host(url) : domain,
                !domain.isEmpty(),
                path,
                isSecure(url),
                given.name(),
                value);
        if (!isFor(cookie, url) || given.isSecure() && !cookie.secure() || !isPrintable(cookie.name() + value)) {
            return;
        }
        cookies.removeIf(cookie::replaces);
        boolean expired = given.maxAge() != Cookie.UNDEFINED_MAX_AGE && given.maxAge() <= 0;
        if (!expired && fits(cookie)) {
            cookies.add(cookie);
        }
    }

    private static String folder(String url) {
        String path = CanonicalUrl.path(url);
        int slash = path.lastIndexOf('/');
        return slash == 0 ? "/" : path.substring(0, slash);
    }

    private boolean fits(VisitCookie cookie) {
        int held = cookies.stream().mapToInt(VisitCookie::size).sum();
        return cookies.size() < MAX_COOKIES && cookie.size() <= MAX_COOKIE_BYTES && held + cookie.size() <= MAX_BYTES;
    }

    private static boolean mayGo(VisitCookie cookie, String url) {
        String path = CanonicalUrl.path(url);
        boolean itsPath = path.startsWith(cookie.path())
                && (path.length() == cookie.path().length()
                        || cookie.path().endsWith("/")
                        || path.charAt(cookie.path().length()) == '/');
        return isFor(cookie, url) && itsPath && (isSecure(url) || !cookie.secure());
    }

    /** Whether the url's host is one that the cookie is meant for, and no other site under the same public suffix. */
    private static boolean isFor(VisitCookie cookie, String url) {
        String host = CanonicalUrl.host(url);
        if (host.equals(cookie.host())) {
            return true;
        }
        String itsUrl = CanonicalUrl.of("http://" + cookie.host() + "/");
        return cookie.subdomains()
                && host.endsWith("." + cookie.host())
                && itsUrl != null
                && CanonicalUrl.site(itsUrl).equals(CanonicalUrl.site(url));
    }

    private static boolean isSecure(String url) {
        return url.startsWith("https:");
    }

    private static boolean isPrintable(String text) {
        return text.chars().noneMatch(Character::isISOControl) && text.chars().allMatch(c -> c <= 0xff);
    }
}
