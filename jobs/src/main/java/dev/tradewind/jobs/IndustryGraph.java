package dev.tradewind.jobs;

import dev.tradewind.archive.ArchivePages;
import dev.tradewind.archive.ArchivedPage;
import dev.tradewind.archive.ReadArchivedPage;
import dev.tradewind.archive.SetExchangesAside;
import dev.tradewind.business.ReadBusiness;
import dev.tradewind.business.RejectedLine;
import dev.tradewind.business.SubmittedLine;
import dev.tradewind.classify.ClassifyIndustry;
import dev.tradewind.classify.CountAnswers;
import dev.tradewind.classify.ModelSettings;
import dev.tradewind.classify.Prediction;
import dev.tradewind.fetch.CrawlSettings;
import dev.tradewind.fetch.Exchange;
import dev.tradewind.fetch.FetchPage;
import dev.tradewind.fetch.FetchedPage;
import dev.tradewind.fetch.PageRequest;
import dev.tradewind.observe.CloseVisit;
import dev.tradewind.observe.JoinVisits;
import dev.tradewind.observe.Observation;
import dev.tradewind.observe.ObserveSite;
import dev.tradewind.plan.LinkRanks;
import dev.tradewind.plan.PlanInternalPages;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;

/**
 * The way of a record, top to bottom: streams in, streams out.
 *
 * @param ranks which links of a home page are tried first
 * @param sitesInFlight how many requests each fetching subtask holds at most
 * @param gpus parallelism of {@code classify-industry} on its own GPU slots, or 0 to let it share the other slots
 */
record IndustryGraph(CrawlSettings crawl, LinkRanks ranks, int sitesInFlight, ModelSettings model, int gpus) {
    private static final Duration BACKSTOP = Duration.ofHours(6);
    private static final int OBSERVATIONS_IN_FLIGHT = 64;
    private static final long NO_TIMEOUT = 0;

    /** What a crawl gives: observations, and beside them the lines that were no business and the raw responses. */
    record Crawl(
            DataStream<Observation> observations, DataStream<RejectedLine> rejected, DataStream<Exchange> exchanges) {}

    Crawl crawl(DataStream<SubmittedLine> lines) {
        long siteDeadline = crawl.limits().siteDeadline().toMillis();
        var businesses =
                lines.process(new ReadBusiness()).name("Read businesses").uid("read-businesses");
        var homePages = fetch(
                businesses
                        .map(business -> PageRequest.home(business, siteDeadline))
                        .name("Ask for home pages")
                        .uid("ask-for-home-pages"),
                "home page",
                "fetch-home-page");
        var homePagesCounted = plan(homePages, "Plan internal pages", "plan-internal-pages");
        var internalPages = fetch(
                homePagesCounted.getSideOutput(PlanInternalPages.REQUESTS), "internal page", "fetch-internal-page");
        var pagesCounted = plan(homePagesCounted.union(internalPages), "Plan second click", "plan-second-click");
        var secondClicks =
                fetch(pagesCounted.getSideOutput(PlanInternalPages.REQUESTS), "second click", "fetch-second-click");
        var observations = observe(pagesCounted.union(secondClicks));
        return new Crawl(
                join(observations),
                businesses.getSideOutput(ReadBusiness.REJECTED),
                homePages
                        .getSideOutput(SetExchangesAside.EXCHANGES)
                        .union(
                                internalPages.getSideOutput(SetExchangesAside.EXCHANGES),
                                secondClicks.getSideOutput(SetExchangesAside.EXCHANGES)));
    }

    /** What an archive gives: the same observations with no request sent, and beside them the lines that recorded no page. */
    record Replay(DataStream<Observation> observations, DataStream<RejectedLine> rejected) {}

    Replay replay(DataStream<SubmittedLine> lines) {
        var pages = lines.process(new ReadArchivedPage())
                .name("Read archived pages")
                .uid("read-archived-pages");
        var observations = observe(
                pages.map(ArchivedPage::fetched).name("Take from archive").uid("take-from-archive"));
        return new Replay(observations, pages.getSideOutput(ReadBusiness.REJECTED));
    }

    SingleOutputStreamOperator<Prediction> classify(DataStream<Observation> observations) {
        var predictions = AsyncDataStream.unorderedWait(
                        observations,
                        new ClassifyIndustry(model),
                        NO_TIMEOUT,
                        TimeUnit.MILLISECONDS,
                        OBSERVATIONS_IN_FLIGHT)
                .name("Classify industry")
                .uid("classify-industry");
        var counted = predictions
                .map(new CountAnswers())
                .name("Count answers")
                .uid("count-answers")
                .slotSharingGroup(GpuSlots.OTHERS);
        if (gpus > 0) {
            predictions.setParallelism(gpus).slotSharingGroup(GpuSlots.ofTheModel());
            var env = observations.getExecutionEnvironment();
            GpuSlots.ofTheOthers(env.getConfiguration()).ifPresent(env::registerSlotSharingGroup);
        }
        return counted;
    }

    static DataStream<ArchivedPage> archive(DataStream<Observation> observations) {
        return observations.flatMap(new ArchivePages()).name("Archive pages").uid("archive-pages");
    }

    private SingleOutputStreamOperator<FetchedPage> fetch(DataStream<PageRequest> requests, String what, String uid) {
        var byHost = requests.keyBy(PageRequest::host);
        var pages = AsyncDataStream.unorderedWait(
                        byHost,
                        new FetchPage(crawl),
                        2 * crawl.limits().siteDeadline().toMillis(),
                        TimeUnit.MILLISECONDS,
                        sitesInFlight)
                .name("Fetch " + what)
                .uid(uid);
        // The subtasks that fetch from a host must be in one task manager: there they share its turns.
        pages.getTransformation().setCoLocationGroupKey("fetch");
        return pages.process(new SetExchangesAside())
                .name("Set raw response of " + what + " aside")
                .uid(uid + "-exchange");
    }

    private SingleOutputStreamOperator<FetchedPage> plan(DataStream<FetchedPage> pages, String name, String uid) {
        return pages.keyBy(IndustryGraph::visit)
                .process(new PlanInternalPages(crawl.limits().pages(), ranks, BACKSTOP))
                .name(name)
                .uid(uid);
    }

    private DataStream<Observation> observe(DataStream<FetchedPage> pages) {
        return pages.keyBy(IndustryGraph::visit)
                .window(GlobalWindows.create())
                .trigger(new CloseVisit(BACKSTOP))
                .process(new ObserveSite())
                .name("Observe site")
                .uid("observe-site");
    }

    private static DataStream<Observation> join(DataStream<Observation> observations) {
        return observations
                .keyBy(observation -> observation.business().id())
                .process(new JoinVisits())
                .name("Join visits")
                .uid("join-visits");
    }

    /**
     * We key by submission and not by site: two businesses may share a site, and each has an answer of its own. With its
     * time, because an archive may hold two crawls of the same file.
     */
    private static String visit(FetchedPage fetched) {
        return fetched.business().submission() + " " + fetched.business().submittedAt();
    }
}
