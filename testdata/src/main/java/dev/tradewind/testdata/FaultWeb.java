package dev.tradewind.testdata;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the open web does to a crawler, one site for each fault, with the one answer that it must lead to. Sites that can be read in
 * spite of their fault say the same as a sound sample site, so that there is something to judge from.
 *
 * <p>A crawl of them must allow 127.0.0.0/8 and no other private range, and should have short deadlines: seven of the sites
 * are answered only by a deadline.
 */
public final class FaultWeb {

    private static final String FOLDER = "dev/tradewind/testdata/sites";
    private static final Folder RESOURCES = Folder.ofResources(FOLDER);
    private static final String SOUND_SITE = FOLDER + "/harbor-light-plumbing";
    private static final int SOUND_PAGES = 5;

    /**
     * A site with a fault and what is to come of it.
     *
     * @param name of the fault, also the business's id and the site's name
     * @param status {@code classified}, {@code abstained} or {@code failed}
     * @param reason null when classified
     * @param pages how many pages can be read, no more and no fewer
     */
    public record Fault(String name, String url, String status, String reason, int pages) {}

    private final LoopbackWeb web;
    private final List<Fault> faults = new ArrayList<>();

    private FaultWeb(LoopbackWeb web) {
        this.web = web;
    }

    /** Puts all of them on the web. */
    public static List<Fault> serve(LoopbackWeb web) {
        var faults = new FaultWeb(web);
        faults.refuseTheHomePage();
        faults.sayOddStatuses();
        faults.cannotBeReached();
        faults.hideTheHost();
        faults.takeTooLong();
        faults.breakHttp();
        faults.redirect();
        faults.forbidRobots();
        faults.sendTooMuch();
        faults.sendOddText();
        faults.sayNothingToJudgeFrom();
        faults.keepTheVisitorOut();
        faults.speakAnotherLanguage();
        faults.linkBadly();
        return List.copyOf(faults.faults);
    }

    /** The faults as the crawler's input: CSV with the header {@code id,name,url}. */
    public static String businesses(List<Fault> faults) {
        return faults.stream()
                .map(fault -> fault.name + ",," + fault.url + "\n")
                .collect(Collectors.joining("", "id,name,url\n", ""));
    }

    private void refuseTheHomePage() {
        for (int status : new int[] {401, 403, 404, 410, 429, 500, 503}) {
            failed("home-" + status, "http-" + status).status("/", status);
        }
        failed("pdf", "not-html").bytes("/", "%PDF-1.7 nothing".getBytes(StandardCharsets.US_ASCII), "application/pdf");
        failed("image", "not-html").bytes("/", png(), "image/png");
        failed("image-said-to-be-html", "not-html").bytes("/", png(), "text/html");
        failed("json", "not-html").bytes("/", "{\"a\":1}".getBytes(StandardCharsets.US_ASCII), "application/json");
    }

    private void sayOddStatuses() {
        oddStatus("status-999", "http-999", "999");
        oddStatus("status-beyond-all", "bad-response", "2000000");
        oddStatus("status-below-all", "bad-response", "20");
        oddStatus("control-bytes-in-header", "bad-response", "200 OK\r\nX-Forged: a\rb\u001b[31m");
    }

    private void oddStatus(String name, String reason, String status) {
        failed(name, reason)
                .raw("/", "HTTP/1.1 " + status + "\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n");
    }

    private void cannotBeReached() {
        fault("refused", web.refusedUrl(), "connection-refused");
        fault("unanswered", web.unansweredUrl(), "connect-timeout");
        fault("no-such-host", "http://nosuch.invalid/", "dns-failure");
        fault("private-address", "http://192.168.0.1/", "blocked-address");
        fault("shared-address", "http://100.64.0.1/", "blocked-address");
        fault("mapped-address", "http://[::ffff:10.0.0.1]/", "blocked-address");
        fault("no-tls", "https://" + web.authority("no-tls") + "/", "tls-failure");
    }

    private void hideTheHost() {
        var name = "one-host-many-names";
        web.serve(name, SOUND_SITE)
                .page(
                        "/",
                        plumber()
                                + links("//" + name.toUpperCase(Locale.ROOT) + ".LOCALHOST.:" + web.port()
                                        + "/about.html"));
        var url = "http://One-Host-Many-Names.localhost.:" + web.port() + "/";
        faults.add(new Fault(name, url, "classified", null, SOUND_PAGES));
    }

    private void takeTooLong() {
        failed("drip", "deadline").drip("/");
        failed("drip-headers", "deadline").dripHeaders("/");
        failed("silent", "deadline").silent("/");
        failed("redirect-to-silence", "deadline").redirect("/", "/home").silent("/home");
        failed("robots-drip", "robots-unreachable").drip("/robots.txt").page("/", bakery());
        failed("robots-silent", "robots-unreachable").silent("/robots.txt").page("/", bakery());
        sound("slow").slow("/", Duration.ofMillis(500)).slow("/about.html", Duration.ofMillis(500));
    }

    private void breakHttp() {
        failed("reset", "connection-lost").reset("/");
        failed("hang-up", "connection-lost").hangUp("/");
        failed("too-short", "connection-lost").tooShort("/", bakery());
        onePage("too-long").tooLong("/", bakery() + " ".repeat(bakery().length()));
        failed("garbage", "bad-response").garbage("/");
        failed("bad-length", "bad-response").badLength("/");
        failed("bad-chunks", "bad-response").badChunks("/");
        failed("bad-gzip", "bad-response").badGzip("/", bakery());
        failed("huge-header", "bad-response")
                .raw(
                        "/",
                        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Big: " + "x".repeat(1_000_000)
                                + "\r\nContent-Length: 0\r\n\r\n");
    }

    private void redirect() {
        failed("redirect-loop", "too-many-redirects")
                .redirect("/", "/a")
                .redirect("/a", "/b")
                .redirect("/b", "/a");
        var chain = failed("redirect-chain", "too-many-redirects")
                .redirect("/", "/1")
                .page("/8", bakery());
        IntStream.range(1, 8).forEach(i -> chain.redirect("/" + i, "/" + (i + 1)));
        failed("redirect-to-private-address", "blocked-address").redirect("/", "http://10.0.0.1/");
        failed("redirect-to-metadata", "blocked-address").redirect("/", "http://169.254.169.254/latest/meta-data/");
        failed("redirect-to-decimal-address", "blocked-address").redirect("/", "http://167772161/");
        failed("redirect-to-file", "bad-url").redirect("/", "file:///etc/passwd");
        failed("redirect-to-nothing", "dns-failure").redirect("/", "http://nosuch.invalid/");
        sound("redirect-home").page("/home", plumber()).redirect("/", 301, "/home");
        sound("redirect-to-www").redirect("/", 301, web.url("www.redirect-to-www", "/"));
        web.serve("www.redirect-to-www", SOUND_SITE);
        sound("meta-refresh")
                .page("/start", plumber())
                .page("/", "<html><head><meta http-equiv=\"refresh\" content=\"0; url=/start\"></head></html>");
    }

    private void forbidRobots() {
        failed("robots-disallow", "robots-disallowed")
                .robots("User-agent: *\nDisallow: /\n")
                .page("/", bakery());
        failed("robots-500", "robots-unreachable").status("/robots.txt", 500).page("/", bakery());
        failed("robots-reset", "robots-unreachable").reset("/robots.txt").page("/", bakery());
        sound("robots-403").status("/robots.txt", 403);
        sound("robots-endless").endless("/robots.txt", "User-agent: *\nAllow: /\n\n");
        web.serve("robots-inner-pages", SOUND_SITE).robots("User-agent: *\nDisallow: /about\nDisallow: /services\n");
        fault("robots-inner-pages", "classified", null, 3);
    }

    private void sendTooMuch() {
        onePage("endless").endless("/", bakery());
        onePage("gzip-bomb").gzipBomb("/", bakery());
        onePage("huge").page("/", bakery() + "<p>and so on</p>\n".repeat(5 * 1024 * 1024 / 17));
        onePage("deep").page("/", bakery() + "<div>".repeat(100_000));
        onePage("attributes")
                .page(
                        "/",
                        bakery()
                                + IntStream.range(0, 50_000)
                                        .mapToObj(i -> " a" + i + "=b")
                                        .collect(Collectors.joining("", "<p", ">")));
        onePage("many-links")
                .page(
                        "/",
                        bakery()
                                + IntStream.range(0, 20_000)
                                        .mapToObj(i -> "<a href=\"http://elsewhere.invalid/" + i + "\">" + i + "</a>")
                                        .collect(Collectors.joining()));
    }

    private void sendOddText() {
        onePage("latin-1-undeclared").bytes("/", accented().getBytes(StandardCharsets.ISO_8859_1), "text/html");
        onePage("utf-8-undeclared").bytes("/", accented().getBytes(StandardCharsets.UTF_8), "text/html");
        onePage("utf-16").bytes("/", accented().getBytes(StandardCharsets.UTF_16), "text/html");
        onePage("no-such-charset")
                .bytes("/", accented().getBytes(StandardCharsets.UTF_8), "text/html; charset=\"klingon-8");
        onePage("contradictory-charset")
                .bytes("/", accented().getBytes(Charset.forName("windows-1252")), "text/html; charset=utf-8");
        onePage("control-characters")
                .page(
                        "/",
                        bakery().replaceFirst(
                                        "<title>",
                                        "<title>=cmd|'/c calc'!A1\u0000\r\n\u001b[31m&#xD800;&#0;\u202e"
                                                + "</script>".repeat(3)));
        onePage("endless-title").page("/", "<title>" + "Bread ".repeat(100_000) + "</title>" + bakery());
        onePage("no-content-type")
                .raw("/", "HTTP/1.1 200 OK\r\nContent-Length: " + bakery().length() + "\r\n\r\n" + bakery());
    }

    private void sayNothingToJudgeFrom() {
        abstained("empty-body", "no-text", "");
        abstained("no-text", "no-text", "<html><head><title></title></head><body><img src=\"/a.png\"></body></html>");
        abstained(
                "script-only",
                "script-only",
                "<html><head><title>App</title><script src=\"/app.js\"></script></head><body><div id=\"root\"></div>"
                        + "<noscript>You need to enable JavaScript to run this app.</noscript></body></html>");
        abstained(
                "parked",
                "parked-domain",
                "<title>parked.localhost</title><h1>parked.localhost</h1><p>This domain is for sale.</p>"
                        + "<p>Related searches: Insurance, Flights, Lawyers</p>");
        abstained(
                "coming-soon",
                "coming-soon",
                "<title>Welcome</title><h1>Our new website is coming soon</h1><p>Please come back later.</p>");
        abstained(
                "suspended",
                "account-suspended",
                "<title>Account Suspended</title><h1>This Account has been suspended.</h1><p>Contact your hosting provider.</p>");
        abstained(
                "default-page",
                "default-page",
                "<title>Welcome to nginx!</title><h1>Welcome to nginx!</h1><p>If you see this page, the web server is successfully"
                        + " installed and working.</p>");
        abstained(
                "bot-wall",
                "bot-wall",
                "<title>Just a moment...</title><h1>bot-wall.localhost</h1><p>Verify you are human by completing the action below.</p>");
        abstained(
                "soft-404",
                "not-found",
                "<title>Oops</title><h1>Page not found</h1><p>The page that you look for does not exist.</p>");
        abstained(
                "lorem-ipsum",
                "placeholder-text",
                "<title>Home</title><h1>Your headline</h1><p>Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod"
                        + " tempor incididunt ut labore et dolore magna aliqua.</p>");
    }

    /** Beside each of them stands a site on which the same words keep nobody out. */
    private void keepTheVisitorOut() {
        String consent =
                "<div class=\"dialog\"><p>We value your privacy. We and our partners store and/or access information on a"
                        + " device, such as cookies, and process personal data.</p><button>Accept all</button><button>Reject"
                        + " all</button></div>";
        abstained("consent-wall", "consent-wall", "<title>Kettle Street Bakery</title>" + consent);
        onePage("consent-banner").page("/", bakery() + consent);
        String age = "<h2>Are you 21 or older?</h2><button>Yes</button><button>No</button>";
        abstained("age-gate", "age-gate", "<title>Foxglove Brewing</title><h1>Foxglove Brewing</h1>" + age);
        onePage("age-question")
                .page("/", html("foxglove-brewing/index.html").replaceAll("<a [^>]*>[^<]*</a>", "") + age);
        String login =
                "<form method=\"post\" action=\"/in\"><label>Email</label><input name=\"user\"><label>Password</label>"
                        + "<input type=\"password\"><button>Log in</button><p>Forgot your password?</p></form>";
        abstained("login", "login-only", "<title>Staff portal</title><h1>Please log in</h1>" + login);
        onePage("login-form-beside").page("/", bakery() + login);
        abstained(
                "maintenance",
                "maintenance",
                "<title>Kettle Street Bakery</title><h1>We are down for maintenance</h1><p>Please come back in an hour.</p>");
        abstained(
                "store-closed",
                "maintenance",
                "<title>Kettle Street Bakery</title><p>Our online store is closed while we count what is on the shelves.</p>");
        abstained(
                "expired",
                "account-suspended",
                "<title>Website Expired</title><p>This account has expired. If you are the site owner, log in to renew it.</p>");
        abstained(
                "for-sale",
                "parked-domain",
                "<title>for-sale.localhost</title><p>Interested in this domain? Make us an offer.</p>");
        abstained(
                "frames-elsewhere",
                "no-text",
                "<html><head><title>Kettle Street Bakery</title></head><frameset rows=\"*\"><frame"
                        + " src=\"http://elsewhere.invalid/\"></frameset></html>");
        abstained(
                "loading",
                "script-only",
                "<title>Kettle Street Bakery</title><div id=\"app\">Loading...</div><script src=\"/app.js\"></script>");
        abstained(
                "too-little-text",
                "too-little-text",
                "<title>Kettle Street Bakery</title><h1>Kettle Street Bakery</h1><p>555-0100</p>");
        abstained(
                "filler-in-latin",
                "placeholder-text",
                "<title>Home</title><h2>Welcome</h2><p>Vestibulum ante ipsum primis in faucibus orci luctus et ultrices posuere"
                        + " cubilia curae. Morbi vitae nulla turpis, quis vehicula massa tempor in. Praesent id augue nec"
                        + " lectus aliquam vulputate.</p>");
    }

    private void speakAnotherLanguage() {
        abstained(
                "in-french",
                "unread-language",
                "<title>Boulangerie</title><p>Pain au levain, croissants et gâteaux, faits chaque matin par notre boulanger. Commandez"
                        + " la veille, nous livrons aussi les restaurants et les cafés du quartier.</p>");
        abstained(
                "in-russian",
                "unread-language",
                "<title>Пекарня</title><p>Хлеб на закваске, булочки и торты, которые мы печём каждое утро. Заказывайте накануне, мы"
                        + " привозим и в кафе, и в рестораны.</p>");
        abstained(
                "in-japanese",
                "unread-language",
                "<title>パン屋</title><p>毎朝お店で焼いている天然酵母のパン、クロワッサン、ケーキをどうぞ。前日までにご注文いただければ、近くの"
                        + "喫茶店やレストランにもお届けします。日曜日も朝七時から開けています。</p>");
        onePage("in-two-languages")
                .page(
                        "/",
                        bakery()
                                + "<p>Pain au levain, croissants et gâteaux, faits chaque matin par notre boulanger.</p>");
        onePage("foreign-names")
                .page(
                        "/",
                        bakery()
                                + "<ul><li>Schwarzwälder Kirschtorte<li>Pastéis de nata<li>Crème brûlée<li>Kanelbullar<li>Sfogliatelle"
                                + "</ul>");
    }

    private void linkBadly() {
        web.serve("best-links-dead", FOLDER + "/marlow-finch-law");
        fault("best-links-dead", "classified", null, 5);
        onePage("all-links-dead").page("/", bakery() + links("/about", "/services", "/products", "/story", "/contact"));
        onePage("links-elsewhere")
                .page(
                        "/",
                        bakery()
                                + links(
                                        "http://elsewhere.invalid/about",
                                        "https://example.com/services",
                                        "http://10.0.0.1/about",
                                        "//127.0.0.1/about"));
        onePage("one-page-under-many-urls")
                .otherwise(bakery() + links("/about", "/services", "/products?a=1", "/products?a=2", "/story/"));
        sound("odd-links")
                .page(
                        "/",
                        plumber()
                                + links(
                                        "javascript:alert(1)",
                                        "mailto:a@b.example",
                                        "http://[about",
                                        "http://%zz/about",
                                        "about%",
                                        "//",
                                        "http:///about",
                                        "data:text/html,about",
                                        "/about?" + "x".repeat(100_000),
                                        "/about/".repeat(100)));
        onePageAndMore("calendar", 5).otherwise(request -> {
            var days = IntStream.range(0, 30)
                    .mapToObj(i -> "/day?after=" + request.path().length() + "&in=" + i + "&" + "z".repeat(i))
                    .toArray(String[]::new);
            return Reply.html(bakery().replaceFirst(
                                    "<h1>",
                                    "<h1>What we bake on day " + request.path().hashCode() + ", ")
                    + links(days));
        });
        sound("faults-behind-every-other-link")
                .page(
                        "/",
                        plumber()
                                + links(
                                        "/about/reset",
                                        "/about/garbage",
                                        "/about/gone",
                                        "/about/pdf",
                                        "/about/private"))
                .reset("/about/reset")
                .garbage("/about/garbage")
                .gone("/about/gone")
                .bytes("/about/pdf", new byte[100], "application/pdf")
                .redirect("/about/private", "http://10.0.0.1/");
    }

    private Site failed(String name, String reason) {
        fault(name, "failed", reason, 0);
        return web.site(name);
    }

    private void abstained(String name, String reason, String html) {
        fault(name, "abstained", reason, 1);
        web.site(name).page("/", html);
    }

    /** A site of one page that is read in spite of its fault. */
    private Site onePage(String name) {
        return onePageAndMore(name, 1);
    }

    private Site onePageAndMore(String name, int pages) {
        fault(name, "classified", null, pages);
        return web.site(name);
    }

    /** A site whose pages are all read in spite of its fault; it begins as a sound one. */
    private Site sound(String name) {
        fault(name, "classified", null, SOUND_PAGES);
        return web.serve(name, SOUND_SITE);
    }

    private void fault(String name, String url, String reason) {
        faults.add(new Fault(name, url, "failed", reason, 0));
    }

    private void fault(String name, String status, String reason, int pages) {
        faults.add(new Fault(name, web.url(name, "/"), status, reason, pages));
    }

    /** A page without links. */
    private static String bakery() {
        return html("kettle-street-bakery/index.html");
    }

    /** The page without links, with accents and without a word on its charset. */
    private static String accented() {
        return bakery().replace("<meta charset=\"utf-8\">", "")
                .replace("<h2>", "<p>Crème brûlée, éclairs, gâteaux à la crème</p><h2>");
    }

    /** The sound site's home page. */
    private static String plumber() {
        return html("harbor-light-plumbing/index.html");
    }

    private static String html(String file) {
        return new String(RESOURCES.file(file), StandardCharsets.UTF_8);
    }

    private static String links(String... hrefs) {
        return Arrays.stream(hrefs)
                .map(href -> "<a href=\"" + href + "\">about us</a> ")
                .collect(Collectors.joining());
    }

    private static byte[] png() {
        return "\u0089PNG\r\n\u001a\n\0\0\0\rIHDR".getBytes(StandardCharsets.ISO_8859_1);
    }
}
