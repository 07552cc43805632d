package dev.tradewind.jobs;

import dev.tradewind.classify.ModelSettings;
import dev.tradewind.fetch.CrawlSettings;
import dev.tradewind.fetch.CrawlSettings.Politeness;
import dev.tradewind.fetch.FetchedPage;
import dev.tradewind.fetch.PageRequest;
import dev.tradewind.jobs.OperatorsOfTheGraph.Harness;
import dev.tradewind.observe.Observation;
import dev.tradewind.plan.PlanInternalPages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.runtime.state.storage.FileSystemCheckpointStorage;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.util.FileUtils;

/**
 * Measures how many bytes a site in flight takes, in each place where sites wait. The operators are those of the graph, each
 * alone; the sites are made up, as large as real ones. Prints a table:
 *
 * <pre>{@code
 * mvn -q -P state-per-site -pl jobs -am process-test-classes -Dstate.sites=10000,100000
 * }</pre>
 */
final class StatePerSite {
    private static final String ROCKSDB_MEMORY = "256mb";
    private static final long HEAP_NOISE = 100_000;

    private final MadeUpSites sites = new MadeUpSites();
    private final Path folder;
    private final Harness plan;

    /** What a site leaves in an operator while it waits there. */
    private interface Waiting {
        List<Object> records(int site) throws Exception;
    }

    private record Place(String what, String uid, Waiting waiting) {}

    private StatePerSite(Path folder) throws Exception {
        this.folder = folder;
        plan = operators(1).harness("plan-internal-pages", new HashMapStateBackend());
        plan.open();
    }

    /** @param args how many sites wait: numbers, with commas between */
    public static void main(String[] args) throws Exception {
        var folder = Files.createTempDirectory("state-per-site");
        try {
            var measurement = new StatePerSite(folder);
            System.out.println(
                    "| a site that waits for | in | sites | hashmap: checkpoint | heap | RocksDB: checkpoint |"
                            + " next checkpoint, per new site |\n|---|---|---|---|---|---|---|");
            for (var count : args[0].split(",")) {
                for (var place : measurement.places()) {
                    System.out.println(measurement.row(place, Integer.parseInt(count)));
                }
            }
        } finally {
            FileUtils.deleteDirectory(folder.toFile());
        }
    }

    private List<Place> places() {
        return List.of(
                new Place(
                        "its home page",
                        "fetch-home-page",
                        site -> List.of(PageRequest.home(
                                sites.home(site).business(), Duration.ofHours(1).toMillis()))),
                new Place("its internal pages", "fetch-internal-page", this::internalPages),
                new Place("its internal pages", "plan-second-click", site -> List.of(home(site))),
                new Place("its internal pages", "observe-site", site -> List.of(home(site))),
                new Place("its fifth page", "observe-site", site -> {
                    List<Object> pages = new ArrayList<>(List.of(home(site)));
                    for (int order = 2; order <= 4; order++) {
                        pages.add(sites.inner(site, order));
                    }
                    return pages;
                }),
                new Place("no more, for a week", "join-visits", site -> {
                    var home = sites.home(site);
                    return List.of(new Observation(home.business(), List.of(home.page()), true));
                }));
    }

    private String row(Place place, int count) throws Exception {
        int more = count / 10;
        try (var onHeap = open(place, new HashMapStateBackend(), count);
                var inRocksDb = open(place, rocksDb(), count + more)) {
            long before = usedHeap();
            fill(place, 0, count, onHeap);
            long heap = usedHeap() - before;
            long checkpoint = onHeap.snapshot(1, 1).getStateSize();
            fill(place, 0, count, inRocksDb);
            long first = inRocksDb.snapshot(1, 1).getCheckpointedSize();
            inRocksDb.notifyOfCompletedCheckpoint(1);
            fill(place, count, count + more, inRocksDb);
            long next = inRocksDb.snapshot(2, 2).getCheckpointedSize();
            return "| %s | `%s` | %,d | %,d | %,d | %,d | %,d |"
                    .formatted(
                            place.what, place.uid, count, checkpoint / count, heap / count, first / count, next / more);
        }
    }

    private StateBackend rocksDb() {
        var backend = new EmbeddedRocksDBStateBackend(true);
        backend.getMemoryConfiguration().setFixedMemoryPerSlot(ROCKSDB_MEMORY);
        backend.setDbStoragePath(folder.resolve("rocksdb").toString());
        return backend;
    }

    private Harness open(Place place, StateBackend backend, int count) throws Exception {
        var operator = operators(count).harness(place.uid, backend);
        operator.setCheckpointStorage(new FileSystemCheckpointStorage(
                folder.resolve("checkpoints").toUri().toString()));
        operator.open();
        return operator;
    }

    /** Nothing is asked of any server: each host's first turn comes after the delay. */
    private static OperatorsOfTheGraph operators(int sitesInFlight) {
        var crawl = CrawlSettings.defaults()
                .with(new Politeness(Duration.ofHours(1), Duration.ZERO, Duration.ofHours(1), 1));
        return new OperatorsOfTheGraph(crawl, sitesInFlight, ModelSettings.of(FrozenOperator.TINY_MODEL, "cpu"));
    }

    private static void fill(Place place, int from, int to, Harness operator) throws Exception {
        for (int site = from; site < to; site++) {
            for (var record : place.waiting.records(site)) {
                operator.processElement(record, 0);
            }
            operator.getOutput().clear();
        }
    }

    /** A home page as the first planning lets it through. */
    private FetchedPage home(int site) {
        return sites.home(site).slim(0);
    }

    /** What the first planning asks for, where a home page has links. */
    private List<Object> internalPages(int site) throws Exception {
        plan.processElement(sites.home(site), 0);
        plan.getOutput().clear();
        var requests = plan.getSideOutput(PlanInternalPages.REQUESTS);
        return requests == null || requests.isEmpty()
                ? List.of()
                : List.of(requests.poll().getValue());
    }

    /** Once nothing more is given back. */
    private static long usedHeap() throws InterruptedException {
        long before = Long.MAX_VALUE;
        long now = collected();
        while (before - now > HEAP_NOISE) {
            TimeUnit.MILLISECONDS.sleep(500);
            before = now;
            now = collected();
        }
        return now;
    }

    private static long collected() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
