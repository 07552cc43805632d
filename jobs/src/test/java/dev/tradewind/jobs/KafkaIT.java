package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tradewind.business.BusinessLines;
import dev.tradewind.business.BusinessParser;
import dev.tradewind.classify.Prediction;
import dev.tradewind.fetch.Page;
import dev.tradewind.shared.Json;
import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.SampleSites;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.api.common.functions.DefaultOpenContext;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From topic to topic through the whole graph: the command line, a real broker, real HTTP on loopback. */
class KafkaIT {
    private static final int BUSINESSES = 1_000;
    private static final int SITES = 40;
    private static final int SILENT_SITES = 4;

    private static KafkaBroker broker;

    @TempDir
    Path folder;

    private LoopbackWeb web;

    /** The topics of a test, its consumer group and its transactions are its own. */
    private record Topics(String test) {
        static Topics of(String test) throws Exception {
            var topics = new Topics(test);
            broker.topic(topics.businesses(), 2);
            broker.topic(topics.predictions(), 2);
            broker.topic(topics.rejected(), 1);
            return topics;
        }

        String businesses() {
            return test + "-businesses";
        }

        String predictions() {
            return test + "-predictions";
        }

        String rejected() {
            return test + "-rejected";
        }
    }

    private record Malformed(String value, String reason) {}

    @BeforeAll
    static void startBroker() throws Exception {
        broker = KafkaBroker.start();
    }

    @AfterAll
    static void stopBroker() throws Exception {
        broker.close();
    }

    @BeforeEach
    void startWeb() {
        web = LoopbackWeb.start();
    }

    @AfterEach
    void closeWeb() {
        web.close();
    }

    @Test
    void givesEveryIdOneAnswerAndEveryMalformedRecordItsReason() throws Exception {
        SampleSites.serve(web);
        var topics = Topics.of("samples");
        var malformed = List.of(
                new Malformed("these, are, not JSON", "not-json"),
                new Malformed("{\"name\":\"Nameless\",\"url\":\"http://nameless.example/\"}", "no-id"),
                new Malformed(null, "not-json"),
                new Malformed("{\"id\":\"by-ftp\",\"url\":\"ftp://files.example/\"}", "unsupported-scheme"),
                new Malformed(
                        "{\"id\":\"long\",\"url\":\"long.example\",\"name\":\"%s\"}"
                                .formatted("x".repeat(BusinessLines.MAX_RECORD)),
                        "too-long"));
        Map<String, String> reasons = new HashMap<>();
        for (var record : malformed) {
            var sent = broker.send(topics.businesses(), record.value).get();
            reasons.put(sent.topic() + "-" + sent.partition() + "@" + sent.offset(), record.reason);
        }
        send(topics, samples());

        var output = folder.resolve("out");
        try (var job = start(topics, 2, "--sink=kafka,files", "--output=" + output)) {
            broker.read(topics.predictions(), SampleSites.expected().size(), job);
            broker.read(topics.rejected(), malformed.size(), job);
            job.drain(folder.resolve("savepoints"));
        }

        var answers = predictions(topics);
        assertThat(answers).extracting(Prediction::id).doesNotHaveDuplicates();
        assertThat(outcomes(answers)).isEqualTo(expectedOutcomes());
        assertThat(predictionsIn(output)).containsExactlyInAnyOrderElementsOf(answers);

        assertThat(output.resolve("report.html")).content().contains("demo-01-plumber");

        Map<String, String> rejected = new HashMap<>();
        for (var record : broker.readAll(topics.rejected())) {
            var line = Json.MAPPER.readTree(record.value());
            var place = line.get("topic").asText() + "-" + line.get("partition") + "@" + line.get("offset");
            assertThat(record.key()).isEqualTo(place);
            assertThat(line.get("line").asText()).hasSizeLessThanOrEqualTo(2_000);
            assertThat(rejected.put(place, line.get("reason").asText())).isNull();
        }
        assertThat(rejected).isEqualTo(reasons);
    }

    @Test
    void dropsWhatWasAnsweredSinceATimeAndNothingElse() throws Exception {
        broker.topic("answered", 2);
        broker.send("answered", "before").get();
        var since = Instant.now().plusMillis(1);
        await().until(() -> Instant.now().isAfter(since));
        broker.send("answered", "since").get();
        var options = new KafkaOptions();
        options.bootstrapServers = broker.address();
        options.answeredSince = since;

        var unanswered = Unanswered.<String>in("answered", options, ConsumerRecord::value, submission -> submission);
        unanswered.open(DefaultOpenContext.INSTANCE);

        assertThat(unanswered.filter("since")).isFalse();
        assertThat(unanswered.filter("before")).isTrue();
        assertThat(unanswered.filter("never")).isTrue();
    }

    @Test
    void givesTheSamePredictionsAsFromFiles() throws Exception {
        SampleSites.serve(web);
        var topics = Topics.of("same");
        send(topics, samples());
        try (var job = start(topics, 2, "--sink=kafka")) {
            broker.read(topics.predictions(), SampleSites.expected().size(), job);
            job.stop(folder.resolve("savepoints"));
        }
        var input = Files.writeString(folder.resolve("businesses.csv"), SampleSites.businesses(web));
        var output = folder.resolve("out");
        try (var job = RunningCommand.start(
                "classify",
                "--input=" + input,
                "--output=" + output,
                "--crawl.allow-addresses=127.0.0.0/8",
                "--crawl.delay=0s",
                "--crawl.address-delay=0s")) {
            assertThat(job.exitCode()).isZero();
        }

        var fromKafka = byId(predictions(topics));
        var fromFiles = byId(predictionsIn(output));
        assertThat(fromKafka.keySet()).isEqualTo(SampleSites.expected().keySet());
        assertThat(fromFiles.keySet()).isEqualTo(fromKafka.keySet());
        fromKafka.forEach((id, prediction) -> assertSame(prediction, fromFiles.get(id)));
    }

    @Test
    void answersEachOfAThousandOnceThoughStoppedBetweenAndRestoredAtAnotherParallelismInAnotherBackend()
            throws Exception {
        var topics = Topics.of("stopped");
        Path savepoint;
        serveThousand(SILENT_SITES);
        try (var job = start(topics, 2, "--sink=kafka")) {
            answerMoreThanHalf(topics, job);
            savepoint = job.stop(folder.resolve("savepoints"));
        }
        assertThat(predictions(topics))
                .hasSizeBetween(BUSINESSES / 2, BUSINESSES - SILENT_SITES * BUSINESSES / SITES)
                .extracting(Prediction::id)
                .doesNotHaveDuplicates();

        serveThousand(0);
        try (var job = start(topics, 3, "--sink=kafka", "--restore=" + savepoint, backend("rocksdb"))) {
            broker.read(topics.predictions(), BUSINESSES, job);
            job.stop(folder.resolve("more-savepoints"));
        }

        assertEachAnsweredOnce(predictions(topics));
    }

    /** RocksDB's checkpoints are incremental: all that a later one shares with those before lies beside them. */
    @ParameterizedTest
    @ValueSource(strings = {"hashmap", "rocksdb"})
    void answersEachOfAThousandOnceThoughCancelledBetweenAndRestoredFromTheLastCheckpoint(String backend)
            throws Exception {
        var topics = Topics.of("cancelled-" + backend);
        var checkpoints = folder.resolve("checkpoints");
        serveThousand(SILENT_SITES);
        try (var job = start(
                topics,
                2,
                "--sink=kafka",
                "--flink=execution.checkpointing.dir=" + checkpoints.toUri(),
                "--flink=execution.checkpointing.externalized-checkpoint-retention=RETAIN_ON_CANCELLATION",
                "--flink=execution.checkpointing.data-inline-threshold=0b",
                "--flink=execution.checkpointing.incremental=true",
                backend(backend))) {
            answerMoreThanHalf(topics, job);
            job.cancel();
        }
        assertThat(last(checkpoints).resolveSibling("shared").toFile().list())
                .satisfies(shared -> assertThat(shared.length > 0).isEqualTo(backend.equals("rocksdb")));

        serveThousand(0);
        try (var job = start(topics, 3, "--sink=kafka", "--restore=" + last(checkpoints), backend(backend))) {
            broker.read(topics.predictions(), BUSINESSES, job);
            job.stop(folder.resolve("savepoints"));
        }

        assertEachAnsweredOnce(predictions(topics));
    }

    private static String backend(String name) {
        return "--flink=state.backend.type=" + name;
    }

    private static RunningCommand start(Topics topics, int parallelism, String... more) throws IOException {
        List<String> args = new ArrayList<>(List.of(
                "classify",
                "--source=kafka",
                "--kafka.bootstrap-servers=" + broker.address(),
                "--kafka.businesses=" + topics.businesses(),
                "--kafka.predictions=" + topics.predictions(),
                "--kafka.rejected=" + topics.rejected(),
                "--kafka.group=" + topics.test,
                "--kafka.transaction-prefix=" + topics.test,
                "--crawl.allow-addresses=127.0.0.0/8",
                "--crawl.delay=0s",
                "--crawl.address-delay=0s",
                "--crawl.deadline=10min",
                "--crawl.site-deadline=10min",
                "--checkpoint.interval=2s",
                "--parallelism=" + parallelism));
        args.addAll(List.of(more));
        return RunningCommand.start(args.toArray(String[]::new));
    }

    /** The sample businesses as JSON. */
    private List<String> samples() throws Exception {
        List<String> samples = new ArrayList<>();
        var csv = new ByteArrayInputStream(SampleSites.businesses(web).getBytes(StandardCharsets.UTF_8));
        try (var lines = new BusinessLines(csv, "samples")) {
            for (var line = lines.next(); line != null; line = lines.next()) {
                var business = new BusinessParser().parse(line, Instant.now());
                samples.add(business(business.id(), business.name(), business.url()));
            }
        }
        return samples;
    }

    private static String business(String id, String name, String url) throws JsonProcessingException {
        return Json.MAPPER.writeValueAsString(Map.of("id", id, "name", name, "url", url));
    }

    private static void send(Topics topics, List<String> businesses) {
        businesses.forEach(business -> broker.send(topics.businesses(), business));
    }

    private static String siteName(int site) {
        return "small-" + site;
    }

    private static String id(int business) {
        return siteName(business % SITES) + "-" + business / SITES;
    }

    private void sendOfThousand(Topics topics, int from, int to) throws JsonProcessingException {
        List<String> businesses = new ArrayList<>();
        for (int i = from; i < to; i++) {
            int site = i % SITES;
            businesses.add(business(id(i), "The " + site + " Company", web.url(siteName(site), "/")));
        }
        send(topics, businesses);
    }

    /** Leaves the job with half of the answers given, most of them committed, and at work on the others. */
    private void answerMoreThanHalf(Topics topics, RunningCommand job) throws JsonProcessingException {
        int half = BUSINESSES / 2;
        sendOfThousand(topics, 0, half);
        broker.read(topics.predictions(), half * 3 / 4, job);
        sendOfThousand(topics, half, BUSINESSES);
        broker.readUncommitted(topics.predictions(), half, job);
    }

    /**
     * Sites of five pages; many share their texts, so that the encoder need not read each of them anew. The last page takes
     * its time, so that half of the visits last for seconds.
     *
     * @param silent how many of them never answer: some at their home page, some at another, so that visits wait at either
     */
    private void serveThousand(int silent) {
        var trades = List.of("We bake bread and cakes.", "We mend leaking pipes.", "We look after teeth.");
        var inside = List.of("about", "services", "products", "contact");
        var links = inside.stream()
                .map(page -> "<a href='/" + page + "'>" + page + "</a>")
                .collect(Collectors.joining(" "));
        for (int i = 0; i < SITES; i++) {
            var trade = trades.get(i % trades.size());
            var site = web.site(siteName(i)).page("/", "<title>Home</title><p>" + trade + "</p>" + links);
            for (var page : inside) {
                site.page("/" + page, "<title>" + page + "</title><p>More on our " + page + ". " + trade + "</p>");
            }
            site.slow("/contact", Duration.ofMillis(400));
            if (i < silent) {
                site.silent(i % 2 == 0 ? "/" : "/services");
            }
        }
    }

    private static Path last(Path checkpoints) throws IOException {
        try (var files = Files.walk(checkpoints)) {
            return files.filter(file -> file.endsWith("_metadata"))
                    .map(Path::getParent)
                    .max(Comparator.comparingInt(checkpoint ->
                            Integer.parseInt(checkpoint.getFileName().toString().substring("chk-".length()))))
                    .orElseThrow();
        }
    }

    private static void assertEachAnsweredOnce(List<Prediction> predictions) {
        assertThat(predictions)
                .allSatisfy(prediction -> {
                    assertThat(prediction.status()).isNotEqualTo("failed");
                    assertThat(prediction.pages()).hasSize(5).allMatch(Page::read);
                })
                .extracting(Prediction::id)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, BUSINESSES).mapToObj(KafkaIT::id).toList());
    }

    /** The answers in a topic, each under its business's id. */
    private static List<Prediction> predictions(Topics topics) throws IOException {
        List<Prediction> predictions = new ArrayList<>();
        for (var record : broker.readAll(topics.predictions())) {
            var prediction = Json.MAPPER.readValue(record.value(), Prediction.class);
            assertThat(record.key()).isEqualTo(prediction.id());
            predictions.add(prediction);
        }
        return predictions;
    }

    /** The answers in the finished files of an output folder. */
    private static List<Prediction> predictionsIn(Path output) throws IOException {
        List<Prediction> predictions = new ArrayList<>();
        try (var files = Files.walk(output.resolve("predictions"))) {
            for (var file : files.filter(file -> file.getFileName().toString().matches("[^.].*[.]jsonl"))
                    .toList()) {
                for (var line : Files.readAllLines(file)) {
                    predictions.add(Json.MAPPER.readValue(line, Prediction.class));
                }
            }
        }
        return predictions;
    }

    private static Map<String, Prediction> byId(List<Prediction> predictions) {
        Map<String, Prediction> byId = new HashMap<>();
        for (var prediction : predictions) {
            assertThat(byId.put(prediction.id(), prediction)).isNull();
        }
        return byId;
    }

    private static void assertSame(Prediction one, Prediction other) {
        assertThat(other.name()).isEqualTo(one.name());
        assertThat(other.url()).isEqualTo(one.url());
        assertThat(other.status()).isEqualTo(one.status());
        assertThat(other.reason()).isEqualTo(one.reason());
        assertThat(other.model()).isEqualTo(one.model());
        assertThat(other.pages())
                .extracting(Page::url)
                .isEqualTo(one.pages().stream().map(Page::url).toList());
        assertThat(other.industries()).hasSameSizeAs(one.industries());
        for (int i = 0; i < one.industries().size(); i++) {
            var industry = one.industries().get(i);
            assertThat(other.industries().get(i).id()).isEqualTo(industry.id());
            assertThat(other.industries().get(i).probability()).isCloseTo(industry.probability(), within(1e-4));
        }
    }

    /** Status and reason by id. */
    private static Map<String, String> outcomes(List<Prediction> predictions) {
        Map<String, String> outcomes = new TreeMap<>();
        predictions.forEach(answer -> outcomes.put(answer.id(), answer.status() + " " + answer.reason()));
        return outcomes;
    }

    private static Map<String, String> expectedOutcomes() {
        Map<String, String> outcomes = new TreeMap<>();
        SampleSites.expected().forEach((id, answer) -> outcomes.put(id, answer.status() + " " + answer.reason()));
        return outcomes;
    }
}
