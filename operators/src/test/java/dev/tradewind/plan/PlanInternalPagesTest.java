package dev.tradewind.plan;

import static dev.tradewind.Visits.fetched;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.Backend;
import dev.tradewind.fetch.Candidate;
import dev.tradewind.fetch.FetchedPage;
import dev.tradewind.fetch.PageRequest;
import dev.tradewind.fetch.VisitCookie;
import dev.tradewind.shared.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class PlanInternalPagesTest {
    private static final Duration BACKSTOP = Duration.ofHours(4);
    private static final Duration TICK = BACKSTOP.dividedBy(Waiting.TICKS);

    @Parameter
    Backend backend;

    private KeyedOneInputStreamOperatorTestHarness<String, FetchedPage, FetchedPage> plan;

    @BeforeEach
    void open() throws Exception {
        plan = harness();
        plan.open();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(Backend.entries(plan)).isZero();
        assertThat(plan.numProcessingTimeTimers()).isZero();
        plan.close();
    }

    @Test
    void asksForTheBestLinksFirstAndKeepsTheOrderOfTheRest() throws Exception {
        offer(fetched("a", 1, "/", 0, "read", 1, "/contact", "/services", "/about", "/blog", "/about"));

        assertThat(requests()).singleElement().satisfies(request -> {
            assertThat(request.wanted()).isEqualTo(4);
            assertThat(request.candidates())
                    .containsExactly(
                            new Candidate("http://a.com/about", "", 2, 1),
                            new Candidate("http://a.com/services", "", 4, 1),
                            new Candidate("http://a.com/contact", "", 100, 1),
                            new Candidate("http://a.com/blog", "", 100, 1));
            assertThat(request.looked().urls()).containsExactly("http://a.com/");
        });
        assertThat(dues()).containsExactly(0);
    }

    @Test
    void closesAVisitWhoseHomePageLeadsNowhereWithinTheSite() throws Exception {
        offer(fetched("a", 1, "/", 0, "read", 1, "http://elsewhere.org/about", "/"));
        offer(fetched("b", 1, "/", 0, "dns-failure", 1));

        assertThat(requests()).isEmpty();
        assertThat(dues()).containsExactly(1, 1);
    }

    @Test
    void followsLinksToOtherHostsOfTheSameSite() throws Exception {
        offer(fetched("a", 1, "/", 0, "read", 1, "http://www.a.com/about", "http://shop.a.com/"));

        assertThat(requests()).singleElement().satisfies(request -> assertThat(request.candidates())
                .extracting(Candidate::url)
                .containsExactly("http://www.a.com/about", "http://shop.a.com/"));
    }

    @Test
    void ranksNoTrapsAndTakesSessionIdsOutOfLinks() throws Exception {
        offer(fetched(
                "a", 1, "/", 0, "read", 1, "/menu/menu/menu/", "/2026/11/", "/menu;jsessionid=1", "/menu?PHPSESSID=2"));

        assertThat(requests()).singleElement().satisfies(request -> assertThat(request.candidates())
                .extracting(Candidate::url)
                .containsExactly("http://a.com/menu"));
    }

    @Test
    void takesAFolderAndItsIndexFileForOnePage() throws Exception {
        offer(fetched(
                "a",
                1,
                "/",
                0,
                "read",
                1,
                "/index.html",
                "/menu/Index.PHP",
                "/menu/",
                "/index.php?page=2",
                "/index.html/x"));

        assertThat(requests()).singleElement().satisfies(request -> assertThat(request.candidates())
                .extracting(Candidate::url)
                .containsExactly(
                        "http://a.com/menu/Index.PHP", "http://a.com/index.php?page=2", "http://a.com/index.html/x"));
    }

    @Test
    void keepsNoMoreThanTheBestSixtyLinks() throws Exception {
        var links = IntStream.range(0, 200)
                .mapToObj(i -> i == 199 ? "/about" : "/" + i)
                .toArray(String[]::new);
        offer(fetched("a", 1, "/", 0, "read", 1, links));

        assertThat(requests()).singleElement().satisfies(request -> assertThat(request.candidates())
                .hasSize(VisitPlan.MAX_CANDIDATES)
                .first()
                .isEqualTo(new Candidate("http://a.com/about", "", 2, 1)));
    }

    @Test
    void asksASecondTimeForWhatIsShortAndNeverForWhatWasLookedAt() throws Exception {
        offer(fetched("a", 1, "/", 0, "read", 0));
        offer(fetched("a", 2, "/about", 1, "http-404", 3));
        offer(fetched("a", 3, "/services", 1, "read", 3, "/", "/about", "/services/roofs", "/services"));

        assertThat(requests()).singleElement().satisfies(request -> {
            assertThat(request.wanted()).isEqualTo(3);
            assertThat(request.candidates()).containsExactly(new Candidate("http://a.com/services/roofs", "", 4, 2));
            assertThat(request.looked().pages()).isEqualTo(3);
        });
        assertThat(dues()).containsExactly(0, 0, 0);
    }

    @Test
    void asksForNothingMoreOnceThereAreEnoughPages() throws Exception {
        offer(fetched("a", 1, "/", 0, "read", 0));
        for (int order = 2; order <= 5; order++) {
            offer(fetched("a", order, "/" + order, 1, "read", 5, "/more"));
        }

        assertThat(requests()).isEmpty();
        assertThat(dues()).containsExactly(0, 0, 0, 0, 5);
    }

    @Test
    void countsRightWhenTheHomePageComesLast() throws Exception {
        offer(fetched("a", 2, "/about", 1, "read", 3));
        offer(fetched("a", 3, "/services", 1, "read", 3));
        assertThat(dues()).containsExactly(0, 0);
        offer(fetched("a", 1, "/", 0, "read", 0));

        assertThat(dues()).containsExactly(0, 0, 3);
    }

    @Test
    void asksForNothingWhenTheSitesTimeIsUp() throws Exception {
        var page = fetched("a", 1, "/", 0, "read", 1, "/about");
        offer(new FetchedPage(
                page.business(), page.asked(), null, page.page(), 1, 0, page.links(), List.of(), 0, null));

        assertThat(requests()).isEmpty();
        assertThat(dues()).containsExactly(1);
    }

    @Test
    void takesTheCookiesAndTheCrawlDelayOfARoundToTheNextAndNoFurther() throws Exception {
        var cookie = new VisitCookie("a.com", false, "/", false, "pass", "1");
        var home = fetched("a", 1, "/", 0, "read", 1, "/about");
        offer(new FetchedPage(
                home.business(), home.asked(), null, home.page(), 1, 9, home.links(), List.of(cookie), 700, null));

        assertThat(requests()).singleElement().satisfies(request -> {
            assertThat(request.cookies()).containsExactly(cookie);
            assertThat(request.crawlDelayMillis()).isEqualTo(700);
        });
        assertThat(plan.extractOutputValues()).singleElement().satisfies(page -> {
            assertThat(page.cookies()).isEmpty();
            assertThat(page.crawlDelayMillis()).isZero();
        });
    }

    @Test
    void asksForNoUrlThatAPageSeenAlreadyGoesBy() throws Exception {
        var home = fetched("a", 1, "/", 0, "read", 1, "/about", "https://www.a.com/");
        offer(new FetchedPage(
                home.business(),
                home.asked(),
                "https://www.a.com/",
                home.page(),
                1,
                9,
                home.links(),
                List.of(),
                0,
                null));

        assertThat(requests()).singleElement().satisfies(request -> assertThat(request.candidates())
                .extracting(Candidate::url)
                .containsExactly("http://a.com/about"));
    }

    @Test
    void keepsVisitsApartAndItsCountersAcrossARestart() throws Exception {
        offer(fetched("a", 1, "/", 0, "read", 0));
        offer(fetched("b", 1, "/", 0, "read", 0));
        offer(fetched("a", 2, "/about", 1, "read", 3, "/about/team"));
        var snapshot = plan.snapshot(1, 1);
        plan.close();

        plan = harness();
        plan.initializeState(snapshot);
        plan.open();
        offer(fetched("a", 3, "/services", 1, "http-500", 3));
        offer(fetched("b", 2, "/about", 1, "http-404", 2));

        assertThat(requests()).singleElement().satisfies(request -> {
            assertThat(request.business().id()).isEqualTo("a");
            assertThat(request.candidates()).extracting(Candidate::url).containsExactly("http://a.com/about/team");
        });
        assertThat(dues()).containsExactly(0, 2);
    }

    @Test
    void goesOnFromASavepointInTheOtherBackend() throws Exception {
        offer(fetched("a", 1, "/", 0, "read", 0));
        var savepoint = Backend.savepoint(plan);
        plan.close();

        plan = harness();
        backend.other().useIn(plan);
        plan.initializeState(savepoint);
        plan.open();
        offer(fetched("a", 2, "/about", 1, "http-404", 2));

        assertThat(dues()).containsExactly(2);
    }

    @Test
    void forgetsARoundWhosePagesNeverCome() throws Exception {
        offer(fetched("a", 1, "/", 0, "read", 0));
        for (int tick = 1; tick <= Waiting.TICKS; tick++) {
            assertThat(Backend.entries(plan)).isPositive();
            plan.setProcessingTime(TICK.toMillis() * tick);
        }

        assertThat(Backend.entries(plan)).isZero();
    }

    @Test
    void forgetsNoRoundInAWeekInASavepoint() throws Exception {
        offer(fetched("a", 1, "/", 0, "read", 0));
        var snapshot = plan.snapshot(1, 1);
        plan.close();

        plan = harness();
        plan.initializeState(snapshot);
        plan.open();
        plan.setProcessingTime(Duration.ofDays(7).toMillis());
        offer(fetched("a", 2, "/about", 1, "http-404", 2));

        assertThat(dues()).containsExactly(2);
    }

    private KeyedOneInputStreamOperatorTestHarness<String, FetchedPage, FetchedPage> harness() throws Exception {
        var harness = new KeyedOneInputStreamOperatorTestHarness<String, FetchedPage, FetchedPage>(
                new KeyedProcessOperator<>(new PlanInternalPages(5, new LinkRanks(LinkRanks.TALK), BACKSTOP)),
                page -> page.business().submission(),
                Types.STRING);
        backend.useIn(harness);
        return harness;
    }

    private void offer(FetchedPage page) throws Exception {
        plan.processElement(page, 0);
    }

    private List<PageRequest> requests() {
        List<PageRequest> requests = new ArrayList<>();
        var output = plan.getSideOutput(PlanInternalPages.REQUESTS);
        if (output != null) {
            output.forEach(record -> requests.add(record.getValue()));
        }
        return requests;
    }

    private List<Integer> dues() {
        return plan.extractOutputValues().stream().map(FetchedPage::due).toList();
    }
}
