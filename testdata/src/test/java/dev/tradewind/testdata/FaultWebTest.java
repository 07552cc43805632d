package dev.tradewind.testdata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.testdata.FaultWeb.Fault;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultWebTest {

    /** These have a url of their own. */
    private static final Set<String> URL_OF_ITS_OWN = Set.of(
            "refused",
            "unanswered",
            "no-such-host",
            "private-address",
            "shared-address",
            "mapped-address",
            "no-tls",
            "one-host-many-names",
            "url-with-credentials");

    private static final Set<String> TOO_BROKEN_FOR_JAVAS_CLIENT = Set.of(
            "endless",
            "gzip-bomb",
            "too-long",
            "header-name-with-blanks",
            "header-without-colon",
            "early-hints-first",
            "ten-thousand-continues",
            "three-thousand-headers");

    private final LoopbackWeb web = LoopbackWeb.start();
    private final Visitor visitor = new Visitor(web);
    private final List<Fault> faults = FaultWeb.serve(web);

    @AfterEach
    void close() {
        web.close();
    }

    @Test
    void everyFaultHasANameOfItsOwnAndOneAnswer() {
        assertThat(faults).extracting(Fault::name).doesNotHaveDuplicates();
        assertThat(faults).allSatisfy(fault -> {
            assertThat(URI.create(fault.url()).getHost()).isNotNull();
            switch (fault.status()) {
                case "classified" -> {
                    assertThat(fault.reason()).isNull();
                    assertThat(fault.pages()).isBetween(1, 5);
                }
                case "abstained" -> {
                    assertThat(fault.reason()).isNotBlank();
                    assertThat(fault.pages()).isEqualTo(1);
                }
                default -> {
                    assertThat(fault.status()).isEqualTo("failed");
                    assertThat(fault.reason()).isNotBlank();
                    assertThat(fault.pages()).isZero();
                }
            }
        });
    }

    @Test
    void everyFaultIsOneLineOfTheInput() {
        assertThat(FaultWeb.businesses(faults).lines())
                .hasSize(faults.size() + 1)
                .startsWith("id,name,url", "home-401,," + web.url("home-401", "/"));
    }

    @Test
    void sitesThatCanBeReadAnswerWithAPageOrTheWayToIt() throws Exception {
        for (var fault : faults) {
            boolean read = !fault.status().equals("failed");
            if (read && !TOO_BROKEN_FOR_JAVAS_CLIENT.contains(fault.name())) {
                var status = visitor.get(fault.name(), "/").statusCode();
                for (int i = 0; i < 2 && Set.of(429, 503).contains(status); i++) {
                    status = visitor.get(fault.name(), "/").statusCode();
                }
                assertThat(status).as(fault.name()).isIn(200, 204, 301, 302);
            }
        }
    }

    @Test
    void refusedStatusesAreTheOnesNamed() throws Exception {
        for (var fault : faults) {
            if (fault.reason() != null && fault.reason().startsWith("http-")) {
                assertThat("http-" + visitor.get(fault.name(), "/").statusCode())
                        .isEqualTo(fault.reason());
            }
        }
    }

    @Test
    void urlsAreThoseOfSitesOnThisWebUnlessTheyAreTheFault() {
        for (var fault : faults) {
            if (!URL_OF_ITS_OWN.contains(fault.name())) {
                assertThat(fault.url()).isEqualTo(web.url(fault.name(), "/"));
            }
        }
    }

    @Test
    void aCalendarAlwaysHasAnotherDay() throws Exception {
        var first = new String(visitor.get("calendar", "/").body());
        var second = new String(visitor.get("calendar", "/day?after=1&in=3&zzz").body());

        assertThat(first).contains("href=\"/day?after=1&in=3&zzz\"");
        assertThat(second).isNotEqualTo(first).contains("href=\"/day?after=21&in=3&zzz\"");
    }
}
