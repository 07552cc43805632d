package dev.tradewind.url;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Knows links that a site can make without end: paths that repeat or never stop growing, queries that collect parameters,
 * calendars and other archives by date or page number, session ids that make a new url of the same page at each visit. All
 * functions take a canonical url.
 */
public final class SpiderTraps {
    private static final int MAX_SEGMENTS = 10;
    private static final int MAX_SAME_SEGMENTS = 2;
    private static final int MAX_QUERY = 200;
    private static final int MAX_PARAMETERS = 5;

    private static final Pattern NUMBERED =
            Pattern.compile("/(19|20)\\d\\d[/-]\\d\\d?([/-]|$)|/page/\\d+(/|$)", Pattern.CASE_INSENSITIVE);
    private static final Pattern SESSION_IN_PATH =
            Pattern.compile(";(jsessionid|phpsessid|sid|s?session_?id)=[^/;?]*", Pattern.CASE_INSENSITIVE);
    private static final Pattern SESSION_PARAMETER = Pattern.compile(
            "(jsessionid|phpsessid|php_sessid|aspsessionid\\w*|s_?id|s?session_?id|sess(ion)?|cfid|cftoken|oscsid|zenid)=.*",
            Pattern.CASE_INSENSITIVE);

    /** Whether a url looks as if there were any number of its kind. */
    public static boolean isTrap(String url) {
        String path = CanonicalUrl.path(url);
        String[] segments = path.substring(1).split("/");
        if (segments.length > MAX_SEGMENTS || NUMBERED.matcher(path).find()) {
            return true;
        }
        Map<String, Integer> times = new HashMap<>();
        for (String segment : segments) {
            if (!segment.isEmpty() && times.merge(segment, 1, Integer::sum) > MAX_SAME_SEGMENTS) {
                return true;
            }
        }
        int question = url.indexOf('?');
        if (question < 0) {
            return false;
        }
        String query = url.substring(question + 1);
        return query.length() > MAX_QUERY || parameters(query).length > MAX_PARAMETERS;
    }

    /**
     * The url without session ids, canonical. For links alone: who redirects to a url with a session id may insist on it.
     */
    public static String withoutSession(String url) {
        int question = url.indexOf('?');
        String address = question < 0 ? url : url.substring(0, question);
        var kept = new StringBuilder(SESSION_IN_PATH.matcher(address).replaceAll(""));
        if (question >= 0) {
            char separator = '?';
            for (String parameter : parameters(url.substring(question + 1))) {
                if (!SESSION_PARAMETER.matcher(parameter).matches()) {
                    kept.append(separator).append(parameter);
                    separator = '&';
                }
            }
        }
        return kept.toString();
    }

    private static String[] parameters(String query) {
        return query.split("[&;]");
    }

    private SpiderTraps() {}
}
