package dev.tradewind.fetch;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a page asks of robots, by its {@code robots} meta tags and {@code X-Robots-Tag} headers. Tags for other robots by their
 * names, and directives that are of no concern here, are passed over.
 *
 * @param noindex whether it wants to be in no index
 * @param namesUs whether it says so to our robot by name
 * @param nofollow whether its links are not to be followed
 */
record RobotsTags(boolean noindex, boolean namesUs, boolean nofollow) {
    private static final int MAX_LINE = 2_000;
    private static final Pattern FOR_ROBOT = Pattern.compile("([a-z][a-z_-]{0,99})\\s*:(.*)", Pattern.DOTALL);

    /**
     * Reads what the lines say together.
     *
     * @param robot our name
     * @param lines in the syntax of the header: {@code noindex, nofollow} or {@code somebot: noindex}
     */
    static RobotsTags of(String robot, Iterable<String> lines) {
        String us = robot.toLowerCase(Locale.ROOT);
        boolean noindex = false;
        boolean namesUs = false;
        boolean nofollow = false;
        for (String line : lines) {
            String named = "";
            for (String part : line.substring(0, Math.min(line.length(), MAX_LINE))
                    .toLowerCase(Locale.ROOT)
                    .split(",")) {
                String directive = part.trim();
                Matcher matcher = FOR_ROBOT.matcher(directive);
                if (matcher.matches() && !takesValue(matcher.group(1))) {
                    named = matcher.group(1);
                    directive = matcher.group(2).trim();
                }
                if (named.isEmpty() || named.equals("robots") || named.equals(us)) {
                    boolean none = directive.equals("none");
                    nofollow |= none || directive.equals("nofollow");
                    if (none || directive.equals("noindex")) {
                        noindex = true;
                        namesUs |= named.equals(us);
                    }
                }
            }
        }
        return new RobotsTags(noindex, namesUs, nofollow);
    }

    /**
     * Whether the page must not be read. A home page is read although robots in general are asked to keep it out of their
     * indexes: a business was submitted by that very url, and nothing here is an index that people search.
     */
    boolean forbidReading(boolean home) {
        return home ? namesUs : noindex;
    }

    private static boolean takesValue(String directive) {
        return directive.startsWith("max-") || directive.equals("unavailable_after");
    }
}
