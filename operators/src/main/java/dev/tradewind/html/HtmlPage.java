package dev.tradewind.html;

import dev.tradewind.url.CanonicalUrl;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.parser.Parser;
import org.jsoup.select.NodeFilter;
import org.jsoup.select.NodeTraversor;

/**
 * What html says.
 *
 * @param title the title, else what the page calls itself when shared, else its first heading; at most 300 characters
 * @param text the page's description of itself, what its structured data says of the business, then what a visitor reads,
 *     footers and cookie banners left out where there is something else; at most {@link #MAX_TEXT} characters
 * @param links to other pages, translations left out, in document order, each url once with the first text it has, at most
 *     {@link #MAX_LINKS}
 * @param refresh where the page sends its visitor on within seconds, canonical, or null
 * @param canonical the url that the page says it should go by, canonical; null where it names none, or several
 * @param robots what it tells robots, as {@code X-Robots-Tag} headers would say it, at most {@link #MAX_ROBOTS_TAGS}
 */
public record HtmlPage(
        String title, String text, List<Link> links, String refresh, String canonical, List<String> robots) {
    /** More than the 256 tokens that a model reads of a page, so that cutting never shows in a prediction. */
    public static final int MAX_TEXT = 8_000;

    public static final int MAX_LINKS = 1_000;

    public static final int MAX_ROBOTS_TAGS = 20;

    private static final int MAX_ROBOTS_TAG = 300;
    private static final int MAX_TITLE = 300;
    private static final int MAX_DESCRIPTION = 500;
    private static final int MAX_LINK_TEXT = 200;
    /** Characters of content below which a page may be all footer or cookie banner. */
    private static final int LITTLE_TEXT = 100;

    /** A thousand times what an ordinary page takes. */
    public static final long MAX_NANOS = 2_000_000_000;

    private static final int MAX_DEPTH = 512;
    private static final int MAX_REFRESH_SECONDS = 5;
    private static final Pattern REFRESH = Pattern.compile(
            "\\s*(\\d{1,9})(?:\\.[\\d.]*)?\\s*[;,\\s]\\s*(?:url\\s*=\\s*)?[\"']?([^\"']*)[\"']?.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern FORBIDS = Pattern.compile("(?:^|[\\s,])(?:noindex|nofollow|none)(?:$|[\\s,])");
    private static final Set<String> NO_PAGES = Set.of(
            "jpg", "jpeg", "png", "gif", "webp", "avif", "svg", "ico", "bmp", "tif", "tiff", "eps", "psd", "ai", "heic",
            "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "pps", "odt", "ods", "rtf", "txt", "csv", "epub", "zip",
            "rar", "7z", "gz", "tgz", "tar", "bz2", "exe", "msi", "dmg", "apk", "iso", "jar", "bin", "mp3", "mp4",
            "m4a", "m4v", "mov", "avi", "wmv", "webm", "ogg", "wav", "flv", "swf", "css", "js", "json", "xml", "rss",
            "atom", "woff", "woff2", "ttf", "eot", "ics", "vcf", "kml", "map");

    /**
     * Reads a page; null if it cannot be read as html at all. Never throws.
     *
     * @param url the page's own, canonical
     * @param contentType the header as it came, or null
     * @param truncated whether the end of the body is missing
     */
    public static HtmlPage parse(String url, byte[] body, String contentType, boolean truncated) {
        return parse(url, body, contentType, truncated, Long.MAX_VALUE, System::nanoTime);
    }

    /**
     * Reads a page as far as its share of a thread goes: {@link #MAX_NANOS} and {@link ParseShare#MAX_TAGS}.
     *
     * @param nanos to spend, if that is less
     */
    public static HtmlPage parse(
            String url, byte[] body, String contentType, boolean truncated, long nanos, LongSupplier clock) {
        try {
            var share =
                    new ParseShare(HtmlBytes.decode(body, contentType, truncated), Math.min(nanos, MAX_NANOS), clock);
            Document document = Parser.htmlParser().setMaxDepth(MAX_DEPTH).parseInput(share, url);
            return new Reading(url, document, share).page();
        } catch (RuntimeException | StackOverflowError e) {
            return null;
        }
    }

    public HtmlPage withoutLinks() {
        return new HtmlPage(title, text, List.of(), refresh, canonical, robots);
    }

    /** Of a page that must not be read: where it leads. */
    public HtmlPage withoutText() {
        return new HtmlPage("", "", links, refresh, canonical, robots);
    }

    private static final class Reading implements NodeFilter {
        final String url;
        final Document document;
        final ParseShare share;
        final Map<String, String> links = new LinkedHashMap<>();
        final List<Element> anchors = new ArrayList<>();
        final List<Element> alternates = new ArrayList<>();
        final List<String> structuredData = new ArrayList<>();
        String base;
        String title = "";
        String sharedTitle = "";
        String description = "";
        String sharedDescription = "";
        Element heading;
        String refreshContent;
        final Set<String> canonicals = new LinkedHashSet<>();
        final List<String> robots = new ArrayList<>();

        Reading(String url, Document document, ParseShare share) {
            this.url = url;
            this.document = document;
            this.share = share;
        }

        HtmlPage page() {
            NodeTraversor.filter(this, document);
            if (base == null) {
                base = url;
            }
            for (int i = 0; i < anchors.size() && !share.isOver(); i++) {
                link(anchors.get(i));
            }
            alternates.stream()
                    .filter(HtmlPage::isTranslation)
                    .forEach(alternate -> links.remove(CanonicalUrl.resolve(base, alternate.attr("href"))));
            return new HtmlPage(
                    bestTitle(),
                    text(),
                    links.entrySet().stream()
                            .map(link -> new Link(link.getKey(), link.getValue()))
                            .toList(),
                    refresh(),
                    canonical(),
                    List.copyOf(robots));
        }

        @Override
        public FilterResult head(Node node, int depth) {
            if (!(node instanceof Element element)) {
                return FilterResult.CONTINUE;
            }
            switch (element.normalName()) {
                case "a", "area", "frame", "iframe" -> anchors.add(element);
                case "meta" -> meta(element);
                case "base" -> base(element);
                case "link" -> {
                    alternates.add(element);
                    canonical(element);
                }
                case "title" -> {
                    if (title.isEmpty()) {
                        title = PlainText.of(element.wholeText(), MAX_TITLE);
                    }
                }
                case "h1" -> heading = heading == null ? element : heading;
                case "script" -> {
                    if (element.attr("type").equalsIgnoreCase("application/ld+json")) {
                        structuredData.add(element.data());
                    }
                }
                case "svg", "math", "template" -> {
                    return FilterResult.SKIP_CHILDREN;
                }
                default -> {}
            }
            return FilterResult.CONTINUE;
        }

        void meta(Element meta) {
            String name = (meta.hasAttr("name") ? meta.attr("name") : meta.attr("property")).toLowerCase(Locale.ROOT);
            String content = meta.attr("content");
            robots(name, content);
            if (name.equals("description") && description.isEmpty()) {
                description = content;
            } else if (name.equals("og:description") && sharedDescription.isEmpty()) {
                sharedDescription = content;
            } else if (name.equals("og:title") && sharedTitle.isEmpty()) {
                sharedTitle = PlainText.of(content, MAX_TITLE);
            } else if (refreshContent == null
                    && meta.attr("http-equiv").equalsIgnoreCase("refresh")
                    && meta.closest("noscript") == null) {
                refreshContent = content;
            }
        }

        /** Any name may be a robot's; one that none has is of no consequence. */
        void robots(String name, String content) {
            if (content.length() > MAX_ROBOTS_TAG
                    || name.length() > MAX_ROBOTS_TAG
                    || robots.size() == MAX_ROBOTS_TAGS) {
                return;
            }
            String directives = content.toLowerCase(Locale.ROOT);
            if (FORBIDS.matcher(directives).find()) {
                robots.add(name.trim() + ": " + directives.replaceAll("[\\s,]+", ","));
            }
        }

        void canonical(Element link) {
            if (canonicals.size() < 2
                    && List.of(link.attr("rel").toLowerCase(Locale.ROOT).split("\\s+"))
                            .contains("canonical")) {
                canonicals.add(link.attr("href"));
            }
        }

        String canonical() {
            String only = canonicals.size() == 1 ? canonicals.iterator().next() : "";
            return only.isBlank() ? null : CanonicalUrl.resolve(base, only);
        }

        void base(Element element) {
            if (base == null && element.hasAttr("href")) {
                base = CanonicalUrl.resolve(url, element.attr("href"));
            }
        }

        String bestTitle() {
            if (!title.isEmpty() || !sharedTitle.isEmpty()) {
                return title.isEmpty() ? sharedTitle : title;
            }
            return heading == null ? "" : shown(heading, MAX_TITLE);
        }

        String text() {
            String about = about();
            int room = MAX_TEXT - about.length() - 1;
            String content = text(PlainText.Part.CONTENT, room);
            if (content.length() < LITTLE_TEXT) {
                content = text(PlainText.Part.ALL, room);
            }
            if (content.isEmpty() && about.isEmpty()) {
                content = text(PlainText.Part.WITHOUT_SCRIPT, room);
            }
            return about.isEmpty() || content.isEmpty() ? about + content : about + ' ' + content;
        }

        String text(PlainText.Part part, int limit) {
            var text = new PlainText(limit, part);
            NodeTraversor.filter(text, document.body());
            return text.toString();
        }

        /** What the page says of itself where no visitor reads it: little, lest it crowd out what they do. */
        String about() {
            String described = PlainText.of(description.isBlank() ? sharedDescription : description, MAX_DESCRIPTION);
            return (described + ' ' + StructuredData.text(structuredData)).strip();
        }

        String refresh() {
            if (refreshContent == null) {
                return null;
            }
            Matcher matcher = REFRESH.matcher(refreshContent);
            return matcher.matches()
                            && Integer.parseInt(matcher.group(1)) <= MAX_REFRESH_SECONDS
                            && !matcher.group(2).isBlank()
                    ? CanonicalUrl.resolve(base, matcher.group(2))
                    : null;
        }

        void link(Element anchor) {
            boolean frame = anchor.normalName().endsWith("frame");
            String reference = anchor.attr(frame ? "src" : "href");
            if (reference.isBlank()
                    || reference.startsWith("#")
                    || anchor.attr("rel").toLowerCase(Locale.ROOT).contains("nofollow")
                    || isTranslation(anchor)) {
                return;
            }
            String target = CanonicalUrl.resolve(base, reference);
            if (target == null || target.equals(url) || !mayBePage(target)) {
                return;
            }
            if (frame && !CanonicalUrl.site(target).equals(CanonicalUrl.site(url))) {
                return;
            }
            String known = links.get(target);
            if (known == null && links.size() == MAX_LINKS) {
                return;
            }
            if (known == null || known.isEmpty()) {
                links.put(target, frame ? "frame" : linkText(anchor));
            }
        }
    }

    /** Whether an element leads to what stands here, or elsewhere, in another language than English. */
    private static boolean isTranslation(Element link) {
        String language = link.attr("hreflang").toLowerCase(Locale.ROOT);
        return !language.isEmpty() && !language.startsWith("en") && !language.equals("x-default");
    }

    public static boolean mayBePage(String url) {
        String path = CanonicalUrl.path(url);
        int dot = path.lastIndexOf('.');
        return dot < path.lastIndexOf('/')
                || !NO_PAGES.contains(path.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    private static String linkText(Element anchor) {
        String text = shown(anchor, MAX_LINK_TEXT);
        if (text.isEmpty()) {
            Element image = anchor.selectFirst("img[alt]:not([alt=''])");
            text = PlainText.of(image == null ? anchor.attr("alt") : image.attr("alt"), MAX_LINK_TEXT);
        }
        if (text.isEmpty()) {
            text = PlainText.of(anchor.attr(anchor.hasAttr("aria-label") ? "aria-label" : "title"), MAX_LINK_TEXT);
        }
        return text;
    }

    private static String shown(Element element, int limit) {
        var text = new PlainText(limit, PlainText.Part.ALL);
        NodeTraversor.filter(text, element);
        return text.toString();
    }
}
