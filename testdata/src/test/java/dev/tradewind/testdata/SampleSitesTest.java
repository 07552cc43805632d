package dev.tradewind.testdata;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SampleSitesTest {

    private static final String BROKEN = "marlow-finch-law";
    private static final Pattern LINK = Pattern.compile("<a\\s[^>]*href=\"([^\"]*)\"");
    private static final Pattern BASE = Pattern.compile("<base href=\"([^\"]*)\"");
    private static final Pattern CHARSET = Pattern.compile("charset=\"?([A-Za-z0-9-]+)");

    private final LoopbackWeb web = LoopbackWeb.start();
    private final Visitor visitor = new Visitor(web);

    @BeforeEach
    void serve() {
        SampleSites.serve(web);
    }

    @AfterEach
    void close() {
        web.close();
    }

    static Set<String> sites() {
        return Set.copyOf(SampleSites.sites().values());
    }

    @Test
    void aSiteIsServedOnceMoreUnderAnotherName() throws Exception {
        SampleSites.serve(web, "demo-01-plumber", "again");

        assertThat(visitor.get("again", "/").body())
                .isEqualTo(visitor.get("harbor-light-plumbing", "/").body());
    }

    @ParameterizedTest
    @MethodSource("sites")
    void everyInternalLinkLeadsSomewhere(String site) throws Exception {
        var dead = statuses(site);
        dead.values().removeIf(status -> status == 200);

        if (site.equals(BROKEN)) {
            assertThat(dead)
                    .containsExactly(
                            Map.entry("/about", 404), Map.entry("/services", 500), Map.entry("/what-we-do", 410));
        } else {
            assertThat(dead).isEmpty();
        }
    }

    @Test
    void theSiteWithDeadLinksStillHasFivePages() throws Exception {
        var alive = statuses(BROKEN);
        alive.values().removeIf(status -> status != 200);

        assertThat(alive).containsOnlyKeys("/", "/attorneys", "/contact", "/attorneys/marlow", "/attorneys/finch");
    }

    @Test
    void everyBusinessHasAnExpectedAnswer() {
        assertThat(SampleSites.expected().keySet())
                .containsExactlyElementsOf(SampleSites.sites().keySet());
        assertThat(SampleSites.expected().values()).allSatisfy(expected -> {
            assertThat(expected.status()).isIn("classified", "abstained", "failed");
            assertThat(expected.industries().isEmpty())
                    .isEqualTo(!expected.status().equals("classified"));
            assertThat(expected.reason() == null).isEqualTo(expected.status().equals("classified"));
            assertThat(expected.pages()).isBetween(0, 5);
        });
    }

    @Test
    void businessesAreCsvWithUrlsOfThisWeb() {
        var lines = SampleSites.businesses(web).lines().toList();

        assertThat(lines).hasSize(15).startsWith("id,name,url");
        assertThat(lines.get(1))
                .isEqualTo("demo-01-plumber,Harbor Light Plumbing,http://harbor-light-plumbing.localhost:" + web.port()
                        + "/");
        assertThat(lines.get(4)).contains(",\"Marlow & Finch, Attorneys at Law\",");
    }

    @Test
    void theWineryIsLatin1AndOnlyItsPagesSaySo() throws Exception {
        var response = visitor.get("chateau-valmorne", "/");

        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/html");
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("\uFFFD");
        assertThat(new String(response.body(), StandardCharsets.ISO_8859_1)).contains("<h1>Château Valmorne</h1>");
    }

    /** Status by path with query, of every page and link on the site; redirects followed within it. */
    private Map<String, Integer> statuses(String site) throws Exception {
        Map<String, Integer> statuses = new LinkedHashMap<>();
        var toVisit = new ArrayDeque<>(List.of("/"));
        while (!toVisit.isEmpty()) {
            var path = toVisit.pop();
            if (statuses.containsKey(path)) {
                continue;
            }
            var response = visitor.get(site, path);
            var location = response.headers().firstValue("Location");
            if (location.isPresent()) {
                assertThat(location.get()).startsWith("/");
                statuses.put(path, 200);
                toVisit.push(location.get());
            } else {
                statuses.put(path, response.statusCode());
                links(web.url(site, path), html(response)).forEach(toVisit::add);
            }
        }
        return statuses;
    }

    private List<String> links(String url, String html) {
        var base = URI.create(url);
        var declared = BASE.matcher(html);
        if (declared.find()) {
            base = base.resolve(declared.group(1));
        }
        List<String> paths = new ArrayList<>();
        var links = LINK.matcher(html);
        while (links.find()) {
            var href = links.group(1).replace("&amp;", "&");
            if (!href.startsWith("#") && !href.startsWith("tel:") && !href.startsWith("javascript:")) {
                var target = base.resolve(href);
                assertThat(target.getAuthority()).isEqualTo(URI.create(url).getAuthority());
                paths.add(target.getRawPath() + (target.getRawQuery() == null ? "" : "?" + target.getRawQuery()));
            }
        }
        return paths;
    }

    private static String html(HttpResponse<byte[]> response) {
        var latin1 = new String(response.body(), StandardCharsets.ISO_8859_1);
        var charset = CHARSET.matcher(latin1);
        return new String(response.body(), charset.find() ? Charset.forName(charset.group(1)) : StandardCharsets.UTF_8);
    }
}
