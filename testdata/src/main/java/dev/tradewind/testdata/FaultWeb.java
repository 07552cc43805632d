package dev.tradewind.testdata;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * What the open web does to a crawler, one site for each fault, with the one answer that it must lead to. Sites that can be read in
 * spite of their fault say the same as a sound sample site, so that there is something to judge from.
 *
 * <p>A crawl of them must allow 127.0.0.0/8 and no other private range, and should have short deadlines: eight of the sites
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
        faults.askForPatience();
        faults.sendTooMuch();
        faults.sendOddText();
        faults.sayNothingToJudgeFrom();
        faults.keepTheVisitorOut();
        faults.speakAnotherLanguage();
        faults.linkBadly();
        faults.wantCookies();
        faults.tellRobots();
        faults.goByOtherUrls();
        faults.refreshBadly();
        faults.pretendToControl();
        faults.carryCredentials();
        faults.linkWithoutEnd();
        faults.listPagesInASitemap();
        faults.gameTheClassifier();
        faults.malformTheHead();
        faults.malformTheBody();
        faults.answerMoreThanOnce();
        faults.compress();
        faults.trickTheCharset();
        faults.burdenTheParser();
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

    private void askForPatience() {
        var busy = Reply.status(429);
        var away = Reply.status(503);
        var hour = "3600";
        var date = "Sun, 22 Nov 2026 08:00:0";
        sound("too-busy-for-a-second").failing("/", 1, busy.with("Retry-After", "1"));
        sound("too-busy-twice").failing("/", 2, busy);
        sound("away-once").failing("/", 1, away);
        sound("away-until-a-date")
                .failing("/", 1, away.with("Date", date + "0 GMT").with("Retry-After", date + "1 GMT"));
        sound("too-busy-nobody-knows-how-long").failing("/", 1, busy.with("Retry-After", "minus ten or so"));
        failed("too-busy-for-an-hour", "http-429").reply("/", busy.with("Retry-After", hour));
        failed("away-for-an-hour", "http-503").reply("/", away.with("Retry-After", hour));
        onePage("too-busy-behind-the-home-page")
                .page("/", bakery() + links("/about", "/services", "/products", "/story"))
                .status("/robots.txt", 404)
                .otherwise(request -> busy.with("Retry-After", hour));
        sound("robots-too-busy-once").failing("/robots.txt", 1, busy.with("Retry-After", "1"));
        failed("robots-too-busy", "robots-unreachable")
                .status("/robots.txt", 429)
                .page("/", bakery());
        sound("crawl-delay").robots("User-agent: *\nCrawl-delay: 0.3\n");
        failed("crawl-delay-too-long", "crawl-delay-too-long")
                .robots("User-agent: *\nCrawl-delay: 86400\n")
                .page("/", bakery());
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

    private void wantCookies() {
        sound("cookie-wall")
                .reply(
                        "/",
                        request -> hasPassed(request)
                                ? Reply.html(plumber())
                                : Reply.redirect(302, "/").with("Set-Cookie", "pass=1; HttpOnly"))
                .reply(
                        "/about.html",
                        request -> hasPassed(request)
                                ? Reply.html(html("harbor-light-plumbing/about.html"))
                                : Reply.status(403));
        failed("cookie-loop", "too-many-redirects").reply("/", request -> Reply.redirect(302, "/")
                .with(
                        "Set-Cookie",
                        "a=" + request.at().toEpochMilli() + request.at().getNano()));
        sound("cookie-flood").reply("/", flood(1_500, "1"));
        sound("big-cookies").reply("/", flood(12, "x".repeat(4_000)));
        failed("cookie-deluge", "bad-response").reply("/", flood(10_000, "1"));
        failed("megabyte-cookie", "bad-response").reply("/", flood(1, "x".repeat(1_000_000)));
    }

    private static boolean hasPassed(Request request) {
        return "pass=1".equals(request.header("Cookie"));
    }

    private static Reply flood(int cookies, String value) {
        var headers = IntStream.range(0, cookies)
                .boxed()
                .flatMap(i -> Stream.of("Set-Cookie", "c" + i + "=" + value))
                .collect(Collectors.toList());
        headers.addAll(List.of("Content-Type", Reply.HTML));
        return new Reply(200, headers, plumber().getBytes(StandardCharsets.UTF_8));
    }

    private void tellRobots() {
        failed("noindex", "noindex").page("/", tag("tradewind", "noindex") + plumber());
        failed("x-robots-tag", "noindex")
                .reply("/", Reply.html(plumber()).with("X-Robots-Tag", "otherbot: nofollow, tradewind: none"));
        sound("noindex-for-search").page("/", tag("robots", "noindex") + plumber());
        sound("noindex-for-others").page("/", tag("otherbot", "none") + plumber());
        web.serve("noindex-inside", SOUND_SITE)
                .page("/about.html", tag("robots", "noindex") + plumber())
                .reply("/services.html", Reply.html(plumber()).with("X-Robots-Tag", "noindex"));
        fault("noindex-inside", "classified", null, SOUND_PAGES - 2);
        web.serve("nofollow", SOUND_SITE).page("/", tag("ROBOTS", "NoFollow") + plumber());
        fault("nofollow", "classified", null, 1);
        web.serve("x-robots-nofollow", SOUND_SITE)
                .reply("/", Reply.html(plumber()).with("X-Robots-Tag", "noarchive, nofollow"));
        fault("x-robots-nofollow", "classified", null, 1);
    }

    private static String tag(String name, String content) {
        return "<meta name=\"%s\" content=\"%s\">".formatted(name, content);
    }

    private void goByOtherUrls() {
        everywhereCanonical("canonical-elsewhere", "http://elsewhere.invalid/");
        everywhereCanonical("canonical-home-everywhere", "/");
        onePageAndMore("canonical-of-many-urls", 2)
                .page("/", bakery() + links("/about?1", "/about?2", "/about?3", "/about"))
                .otherwise(request -> Reply.html("<link rel=\"canonical\" href=\"/about\"><p>Bread for caller "
                        + request.at() + " " + request.path()));
    }

    private void everywhereCanonical(String name, String url) {
        var site = sound(name);
        for (String page : List.of("index", "about", "services", "water-heaters", "contact")) {
            var html =
                    "<link rel=\"canonical\" href=\"" + url + "\">" + html("harbor-light-plumbing/" + page + ".html");
            site.page(page.equals("index") ? "/" : "/" + page + ".html", html);
        }
    }

    private void refreshBadly() {
        failed("refresh-loop", "too-many-redirects")
                .page("/", refresh("/a"))
                .page("/a", refresh("/b"))
                .page("/b", refresh("/a"));
        failed("refresh-to-metadata", "blocked-address").page("/", refresh("http://169.254.169.254/latest/meta-data/"));
        onePage("refresh-elsewhere-inside")
                .page("/", bakery() + links("/about"))
                .page("/about", refresh(web.url("harbor-light-plumbing", "/")));
    }

    private static String refresh(String url) {
        return "<html><head><meta http-equiv=\"refresh\" content=\"0; url=" + url + "\"></head></html>";
    }

    private void pretendToControl() {
        var reply = Reply.html(plumber());
        for (String header : List.of("WARC-Target-URI", "X-Tradewind-Outcome", "status", "outcome", "url", "id")) {
            reply = reply.with(header, "http-404");
        }
        sound("headers-like-control-data").reply("/", reply.with("WARC-Type", "metadata"));
    }

    private void carryCredentials() {
        var name = "url-with-credentials";
        web.serve(name, SOUND_SITE).reply("/", FaultWeb::plumberWithoutCredentials);
        var url = web.url(name, "/").replace("//", "//user:secret@");
        faults.add(new Fault(name, url, "classified", null, SOUND_PAGES));
        var moved = "redirect-with-credentials";
        sound(moved)
                .redirect("/", web.url(moved, "/home").replace("//", "//user:secret@"))
                .reply("/home", FaultWeb::plumberWithoutCredentials);
        failed("basic-authentication", "http-401")
                .reply("/", Reply.status(401).with("WWW-Authenticate", "Basic realm=\"bakery\""));
    }

    private static Reply plumberWithoutCredentials(Request request) {
        return request.header("Authorization") == null ? Reply.html(plumber()) : Reply.status(400);
    }

    /** Each says something new at every url, so that nothing but the url tells that there is no end to them. */
    private void linkWithoutEnd() {
        var sessions = new AtomicInteger();
        onePageAndMore("session-ids", 3).otherwise(request -> {
            var session = "0" + sessions.incrementAndGet();
            return Reply.html(bakery().replaceFirst("<h1>", "<h1>Visitor " + session + " sees " + request.path() + ": ")
                    + links(
                            "/;jsessionid=" + session,
                            "/bread;jsessionid=" + session,
                            "/cakes?PHPSESSID=" + session,
                            "/cakes?sid=" + session + "&PHPSESSID=" + session));
        });
        onePageAndMore("repeated-path", 2).otherwise(request -> {
            var deeper = IntStream.range(2, 40).mapToObj("bread/"::repeat);
            return Reply.html(bakery().replaceFirst("<h1>", "<h1>" + request.path() + " bread, ")
                    + links(Stream.concat(deeper, Stream.of("/a/b/c/d/e/f/g/h/i/j/k"))
                            .toArray(String[]::new)));
        });
        onePageAndMore("endless-query", 2).otherwise(request -> {
            var baskets = IntStream.range(0, 40)
                    .mapToObj(i -> "/bread?a=" + i + (i % 2 == 0 ? "&b=1&c=2&d=3&e=4&f=5" : "&" + "more".repeat(50)));
            return Reply.html(bakery().replaceFirst("<h1>", "<h1>" + request.path() + " bread, ")
                    + links(Stream.concat(baskets, Stream.of("/bread?a=1&b=2")).toArray(String[]::new)));
        });
        onePage("dated-archive").otherwise(request -> {
            var days = IntStream.range(10, 40)
                    .mapToObj(
                            i -> i % 2 == 0 ? "/2026/" + i + "/" : i % 3 == 0 ? "/page/" + i : "/events/2026-11-" + i);
            return Reply.html(bakery().replaceFirst("<h1>", "<h1>" + request.path() + " bread, ")
                    + links(days.toArray(String[]::new)));
        });
    }

    private void listPagesInASitemap() {
        withoutLinks("sitemap-only", SOUND_PAGES).bytes("/sitemap.xml", sitemap("sitemap-only"), "application/xml");
        withoutLinks("sitemap-in-robots", SOUND_PAGES)
                .robots("User-agent: *\nAllow: /\n\nSitemap: " + web.url("sitemap-in-robots", "/index.xml") + "\n")
                .bytes(
                        "/index.xml",
                        ("<sitemapindex><sitemap><loc>" + web.url("sitemap-in-robots", "/posts.xml.gz")
                                        + "</loc></sitemap><sitemap><loc>"
                                        + web.url("sitemap-in-robots", "/pages.xml.gz")
                                        + "</loc></sitemap></sitemapindex>")
                                .getBytes(StandardCharsets.UTF_8),
                        "text/xml")
                .bytes("/pages.xml.gz", gzip(sitemap("sitemap-in-robots")), "application/gzip");
        withoutLinks("sitemap-forbidden", 1)
                .robots("User-agent: *\nDisallow: /sitemap.xml\n")
                .bytes("/sitemap.xml", sitemap("sitemap-forbidden"), "application/xml");
        withoutLinks("sitemap-of-a-private-address", 1)
                .robots("User-agent: *\nAllow: /\n\nSitemap: http://10.0.0.1/sitemap.xml\n")
                .redirect("/sitemap.xml", "http://169.254.169.254/latest/meta-data/");
        withoutLinks("sitemap-redirect-loop", 1)
                .redirect("/sitemap.xml", "/map")
                .redirect("/map", "/sitemap.xml");
        withoutLinks("sitemap-silent", 1).silent("/sitemap.xml");
        withoutLinks("sitemap-endless", 1).endless("/sitemap.xml", "<urlset><url><loc>" + "x".repeat(100_000));
        withoutLinks("sitemap-gzip-bomb", 1).gzipBomb("/sitemap.xml", "<urlset>");
        withoutLinks("sitemap-of-html", 1).page("/sitemap.xml", bakery());
        hostileSitemap(
                "sitemap-elsewhere",
                "<urlset><url><loc>http://elsewhere.invalid/about</loc></url><url><loc>http://10.0.0.1/about</loc></url>"
                        + "<url><loc>file:///etc/passwd</loc></url></urlset>");
        hostileSitemap(
                "sitemap-of-itself",
                "<sitemapindex><sitemap><loc>" + web.url("sitemap-of-itself", "/sitemap.xml")
                        + "</loc></sitemap><sitemap><loc>http://10.0.0.1/sitemap.xml</loc></sitemap></sitemapindex>");
        hostileSitemap(
                "sitemap-external-entity",
                "<!DOCTYPE urlset [<!ENTITY x SYSTEM \"" + web.url("sitemap-external-entity", "/about.html")
                        + "\">]><urlset><url><loc>&x;</loc></url></urlset>");
        hostileSitemap(
                "sitemap-billion-laughs",
                IntStream.range(1, 10)
                        .mapToObj(i -> "<!ENTITY l" + i + " \"" + ("&l" + (i - 1) + ";").repeat(10) + "\">")
                        .collect(Collectors.joining(
                                "",
                                "<!DOCTYPE l [<!ENTITY l0 \"ha\">",
                                "]><urlset><url><loc>&l9;</loc></url></urlset>")));
        hostileSitemap("sitemap-deep", "<urlset>" + "<url>".repeat(100_000) + "<loc>");
    }

    private void hostileSitemap(String name, String xml) {
        withoutLinks(name, 1).bytes("/sitemap.xml", xml.getBytes(StandardCharsets.UTF_8), "application/xml");
    }

    /** The sound site, whose pages do not link to each other. */
    private Site withoutLinks(String name, int pages) {
        fault(name, "classified", null, pages);
        var site = web.serve(name, SOUND_SITE).page("/", bakery());
        for (var page : List.of("about", "services", "areas", "contact")) {
            site.page("/" + page + ".html", bakery().replaceFirst("<h1>", "<h1>All on " + page + ": "));
        }
        return site;
    }

    private byte[] sitemap(String name) {
        return Stream.of("/", "/contact.html", "/about.html", "/services.html", "/areas.html", "/menu.pdf")
                .map(path -> "<url><loc> " + web.url(name, path) + " </loc><lastmod>never</lastmod></url>")
                .collect(Collectors.joining(
                        "\n",
                        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">",
                        "</urlset>"))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(byte[] bytes) {
        var zipped = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(zipped)) {
            zip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return zipped.toByteArray();
    }

    /** Says another trade where no visitor sees it, or again and again. */
    private void gameTheClassifier() {
        var casino = "Online casino: poker, slots and roulette with a bonus for new players. ";
        var hidden = new StringBuilder();
        for (String way : List.of(
                "hidden",
                "style=\"display:none\"",
                "style=\"font-size:0\"",
                "style=\"color:#fff;background:#fff\"",
                "style=\"position:absolute;left:-9999px\"")) {
            hidden.append("<div ").append(way).append('>').append(casino).append("</div>");
        }
        onePage("hidden-text").page("/", bakery().replaceFirst("<body[^>]*>", "$0" + hidden));
        onePage("keyword-stuffing").page("/", bakery().replaceFirst("<body[^>]*>", "$0<p>" + casino.repeat(80)));
        onePage("structured-data-without-end")
                .page(
                        "/",
                        "<script type=\"application/ld+json\">" + "{\"address\":".repeat(50_000) + "</script>"
                                + bakery());
    }

    private void malformTheHead() {
        String ok = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
        String body = "Content-Length: " + bakery().length() + "\r\n\r\n" + bakery();
        raw("status-without-number", "bad-response", "HTTP/1.1 OK\r\n" + body);
        raw("status-of-letters", "bad-response", "HTTP/1.1 abc OK\r\n" + body);
        raw("status-99", "bad-response", "HTTP/1.1 99 Low\r\n" + body);
        raw("status-1000", "bad-response", "HTTP/1.1 1000 High\r\n" + body);
        raw("status-minus-200", "bad-response", "HTTP/1.1 -200 OK\r\n" + body);
        raw("status-line-with-nul", "bad-response", "HTTP/1.1\0 200 OK\r\n" + body);
        raw("status-line-of-a-megabyte", "bad-response", "HTTP/1.1 200 " + "O".repeat(1_000_000) + "\r\n" + body);
        raw("status-line-alone", "bad-response", "HTTP/1.1 200 OK\r\n");
        raw("http-0.9", "bad-response", bakery());
        raw("http-2-preface", "bad-response", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        raw("other-protocol", "bad-response", "SSH-2.0-OpenSSH_9.6\r\n");
        raw("header-without-colon", null, ok + "no colon here\r\n" + body);
        raw("header-without-name", "bad-response", ok + ": value\r\n" + body);
        raw("header-name-with-blanks", null, ok + "X Odd Name: value\r\n" + body);
        raw("header-name-with-nul", "bad-response", ok + "X\0Y: value\r\n" + body);
        raw("header-value-with-nul", "bad-response", ok + "X: a\0b\r\n" + body);
        raw("header-value-with-controls", "bad-response", ok + "X: a\u0001\u0007\u001bb\r\n" + body);
        raw("bare-carriage-return", "bad-response", ok + "X: a\rSet-Cookie: b=c\r\n" + body);
        raw("header-value-with-colons", null, ok + "X: a: b:: c\r\n" + body);
        raw("folded-header", null, ok + "X: a\r\n b\r\n\tc\r\n" + body);
        raw(
                "bare-newlines",
                "bad-response",
                (ok + "Content-Length: " + bakery().length() + "\r\n\r\n").replace("\r", "") + bakery());
        raw("status-without-reason", null, "HTTP/1.1 200\r\nContent-Type: text/html\r\n" + body);
        raw("three-thousand-headers", null, ok + headers(3_000) + body);
        raw("endless-headers", "bad-response", ok + headers(500_000));
    }

    private void malformTheBody() {
        String ok = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
        int length = bakery().length();
        String chunk = Integer.toHexString(length) + "\r\n" + bakery() + "\r\n";
        String chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
        raw("negative-length", "bad-response", ok + "Content-Length: -10\r\n\r\n" + bakery());
        raw("length-beyond-any-number", "bad-response", ok + "Content-Length: 99999999999999999999\r\n\r\n" + bakery());
        raw("length-of-exabytes", "connection-lost", ok + "Content-Length: 9223372036854775807\r\n\r\n" + bakery());
        raw("two-lengths", "bad-response", ok + "Content-Length: 10\r\nContent-Length: 20\r\n\r\n" + bakery());
        raw(
                "length-twice",
                "bad-response",
                (ok + "Content-Length: N\r\nContent-Length: N\r\n\r\n").replace("N", "" + length) + bakery());
        raw(
                "length-and-chunks",
                "bad-response",
                ok + "Content-Length: 10\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + "0\r\n\r\n");
        raw("chunk-beyond-any-number", "bad-response", chunked + "fffffffffffffffff\r\n" + bakery());
        raw("negative-chunk", "bad-response", chunked + "-5\r\n" + bakery());
        raw("chunk-without-size", "bad-response", chunked + "\r\n" + bakery());
        raw("chunk-longer-than-it-says", "bad-response", chunked + "5\r\n" + bakery() + "\r\n0\r\n\r\n");
        raw("chunk-shorter-than-it-says", "connection-lost", chunked + "fffff\r\n" + bakery());
        raw("chunks-without-end", "connection-lost", chunked + chunk);
        raw("chunk-extension-of-a-megabyte", "bad-response", chunked + "5;x=" + "y".repeat(1_000_000) + "\r\n");
        raw("endless-trailers", "bad-response", chunked + chunk + "0\r\n" + headers(500_000));
        raw("closed-after-the-head", "connection-lost", ok + "Content-Length: " + length + "\r\n\r\n");
        rawAbstained("no-length-and-no-body", ok + "\r\n");
        rawAbstained("no-content-with-body", "HTTP/1.1 204 No Content\r\nContent-Type: text/html\r\n\r\n" + bakery());
        raw("not-modified-with-body", "http-304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n" + bakery());
    }

    private void answerMoreThanOnce() {
        String page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " + bakery().length() + "\r\n\r\n"
                + bakery();
        String go = "HTTP/1.1 100 Continue\r\n\r\n";
        raw("continue-first", null, go + page);
        raw("early-hints-first", null, "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + page);
        raw("ten-thousand-continues", null, go.repeat(10_000) + page);
        failed("continues-and-no-answer", "connection-lost").raw("/", go.repeat(10_000));
        raw(
                "upgrade-that-nobody-asked-for",
                "bad-response",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\0\1\2");
        raw("second-answer-behind-the-first", null, page + page.replace("Bakery", "Casino"));
        web.site("answer-before-the-question")
                .page("/", bakery())
                .raw(
                        "/robots.txt",
                        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        fault("answer-before-the-question", "classified", null, 1);
    }

    private void compress() {
        for (String coding : List.of("gzip", "deflate", "br", "zstd")) {
            onePage("page-in-" + coding).compressed("/", coding, bakery(), 0);
            onePage("bomb-in-" + coding).compressed("/", coding, bakery(), 16);
            failed("not-" + coding, "bad-response")
                    .reply("/", Reply.html(bakery()).with("Content-Encoding", coding));
        }
        onePage("page-in-two-codings").compressed("/", "br, gzip", bakery(), 0);
        onePage("bomb-in-a-bomb").compressed("/", "gzip, gzip", bakery(), 16);
        failed("twenty-codings", "bad-response").compressed("/", "gzip" + ", gzip".repeat(19), bakery(), 0);
        failed("coding-that-nobody-knows", "bad-response")
                .reply("/", Reply.html(bakery()).with("Content-Encoding", "x-odd"));
        byte[] whole = Compressed.of("gzip", bakery(), 0);
        byte[] cut = Arrays.copyOf(whole, whole.length - 20);
        onePage("gzip-without-its-end")
                .reply("/", Reply.of(200, Reply.HTML, cut).with("Content-Encoding", "gzip"));
        byte[] frameOfTwoGigabytes = {
            0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, (byte) 0xc0, 8, 0, (byte) 0x94, 0x35, 0x77, 0, 0, 0, 0, 0, 0, 0
        };
        failed("zstd-that-announces-gigabytes", "bad-response")
                .reply("/", Reply.of(200, Reply.HTML, frameOfTwoGigabytes).with("Content-Encoding", "zstd"));
    }

    private void trickTheCharset() {
        byte[] utf8 = accented().getBytes(StandardCharsets.UTF_8);
        byte[] windows = accented().getBytes(Charset.forName("windows-1252"));
        onePage("charset-without-a-name").bytes("/", utf8, "text/html; charset=\"\"");
        onePage("charset-of-script").bytes("/", utf8, "text/html; charset=$(x)");
        onePage("charset-of-a-kilobyte").bytes("/", utf8, "text/html; charset=" + "x".repeat(1_000));
        onePage("charset-behind-ten-thousand-blanks")
                .bytes("/", utf8, "text/html; charset=" + " ".repeat(10_000) + "\"!");
        onePage("charset-utf-7").bytes("/", utf8, "text/html; charset=utf-7");
        onePage("charset-in-an-unclosed-meta")
                .bytes("/", ("<meta charset=koi8-r " + accented()).getBytes(StandardCharsets.UTF_8), "text/html");
        onePage("byte-order-mark-against-header")
                .bytes("/", ("\ufeff" + accented()).getBytes(StandardCharsets.UTF_16LE), "text/html; charset=utf-8");
        onePage("utf-32").bytes("/", ("\ufeff" + accented()).getBytes(Charset.forName("UTF-32LE")), "text/html");
        onePage("utf-32-declared").bytes("/", utf8, "text/html; charset=utf-32");
        onePage("windows-1252-as-utf-8").bytes("/", windows, "text/html; charset=utf-8");
        onePage("half-a-surrogate")
                .bytes(
                        "/",
                        bakery().replace("<h2>", "\u0000<p>\ud83c<h2>").getBytes(StandardCharsets.UTF_16BE),
                        "text/html; charset=utf-16");
        onePage("half-a-surrogate-in-utf-8")
                .bytes(
                        "/",
                        bakery().replace("<h2>", "<p>\u00ed\u00a0\u00bc<h2>").getBytes(StandardCharsets.ISO_8859_1),
                        Reply.HTML);
    }

    private void burdenTheParser() {
        String[] burdens = {
            "links-never-closed", "<a href=/x>",
            "formatting-never-closed", "<b id=#>",
            "formatting-crossing-paragraphs", "<b id=#><p>x",
            "links-in-objects-in-links", "<a href=/#><object>",
            "links-where-tables-have-no-place", "<table><a href=/#>x",
            "tables-in-tables", "<table><tr><td>",
            "selects-in-selects", "<select><option>",
            "drawings-in-drawings", "<svg><p>",
            "attributes-by-the-hundred", "<p" + headers(100).replaceAll("[\r\n:]+", " ") + ">",
            "comments-by-the-thousand", "<!-- <p> -->",
        };
        for (int i = 0; i < burdens.length; i += 2) {
            var html = new StringBuilder(bakery());
            for (int n = 0; html.length() < 1_000_000; n++) {
                html.append(burdens[i + 1].replace("#", "" + n));
            }
            onePage(burdens[i]).page("/", html.toString());
        }
        onePage("plain-text-to-the-end").page("/", bakery() + "<plaintext>" + "<a>".repeat(300_000));
        onePage("comment-to-the-end").page("/", bakery() + "<!--" + "-".repeat(900_000));
        onePage("value-of-a-megabyte").page("/", bakery() + "<p title=\"" + "&amp;".repeat(200_000));
        onePage("tag-name-of-a-megabyte").page("/", bakery() + "<" + "x".repeat(1_000_000) + ">");
    }

    private static String headers(int count) {
        return IntStream.range(0, count).mapToObj(i -> "X-" + i + ": y\r\n").collect(Collectors.joining());
    }

    /** @param reason null where the page can be read */
    private void raw(String name, String reason, String answer) {
        var site = reason == null ? onePage(name) : failed(name, reason);
        site.raw("/", answer);
    }

    private void rawAbstained(String name, String answer) {
        fault(name, "abstained", "no-text", 1);
        web.site(name).raw("/", answer);
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
