package dev.tradewind.soak;

import dev.tradewind.shared.Json;
import dev.tradewind.testdata.FaultWeb;
import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.SampleSites;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends businesses at a steady pace without end and reads their answers. Each has an id that never was; nine of ten have a host
 * that never was, too, with a sound site and a long robots.txt, every tenth is the next of {@link FaultWeb}. A site is taken off
 * the web once its answer is there.
 */
final class Trade implements AutoCloseable {
    static final String ANSWERED = "answered";
    static final String UNDER_WAY = "under way";

    static final String BUSINESSES = "businesses";
    static final String PREDICTIONS = "predictions";
    static final String REJECTED = "rejected";

    private static final String ID = "business-";
    private static final int ONE_FAULT_IN = 10;

    /** With so many the rules of all hosts that may be remembered are reached within minutes. */
    private static final String ROBOTS = IntStream.range(0, 600)
            .mapToObj(i -> "Disallow: /private/archive-" + i + "/\n")
            .collect(Collectors.joining("", "User-agent: *\n", ""));

    private final LoopbackWeb web = LoopbackWeb.start();
    private final Ledger ledger = new Ledger();
    private final List<String> samples;
    private final List<FaultWeb.Fault> faults;
    private final KafkaProducer<String, String> producer;
    private final KafkaConsumer<String, String> consumer;
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
    private Future<?> reading;
    private Future<?> sending;

    private Trade(String broker) {
        samples = SampleSites.expected().entrySet().stream()
                .filter(sample -> sample.getValue().status().equals("classified"))
                .map(Map.Entry::getKey)
                .toList();
        faults = FaultWeb.serve(web);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker), new StringSerializer(), new StringSerializer());
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", broker,
                        "group.id", "soak",
                        "auto.offset.reset", "earliest",
                        "isolation.level", "read_committed"),
                new StringDeserializer(),
                new StringDeserializer());
    }

    /** Opens the web and reads answers; nothing is sent yet. */
    static Trade open(String broker) {
        var trade = new Trade(broker);
        trade.consumer.subscribe(List.of(PREDICTIONS));
        trade.reading = trade.clock.scheduleWithFixedDelay(trade::read, 0, 1, TimeUnit.MILLISECONDS);
        return trade;
    }

    Ledger ledger() {
        return ledger;
    }

    /** By quantity. */
    Map<String, Double> measure() {
        return Map.of("sent", (double) ledger.sent(), ANSWERED, (double) ledger.answered(), UNDER_WAY, (double)
                ledger.unanswered());
    }

    void start(double businessesPerSecond) {
        long nanos = (long) (TimeUnit.SECONDS.toNanos(1) / businessesPerSecond);
        sending = clock.scheduleAtFixedRate(this::send, 0, nanos, TimeUnit.NANOSECONDS);
    }

    /** Sends no more. */
    void stop() {
        sending.cancel(false);
    }

    /**
     * To be called now and then: forgets the requests that the web saw.
     *
     * @throws ExecutionException if businesses are not sent any more, or answers not read
     */
    void look() throws ExecutionException, InterruptedException {
        web.forgetRequests();
        for (var endless : List.of(reading, sending)) {
            if (endless.isDone() && !endless.isCancelled()) {
                endless.get();
            }
        }
    }

    private void send() {
        int number = ledger.send();
        var url = number % ONE_FAULT_IN == 0
                ? faults.get(number / ONE_FAULT_IN % faults.size()).url()
                : openSite(number);
        try {
            var business = Json.MAPPER.writeValueAsString(
                    Map.of("id", ID + number, "name", "Business of sort " + number % 100, "url", url));
            producer.send(new ProducerRecord<>(BUSINESSES, business));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String openSite(int number) {
        SampleSites.serve(web, samples.get(number % samples.size()), site(number))
                .robots(ROBOTS);
        return web.url(site(number), "/");
    }

    private static String site(int number) {
        return "site-" + number;
    }

    private void read() {
        for (var answer : consumer.poll(Duration.ofMillis(200))) {
            int number = Integer.parseInt(answer.key().substring(ID.length()));
            ledger.answer(number);
            web.remove(site(number));
        }
    }

    @Override
    public void close() {
        clock.shutdown();
        producer.close();
        web.close();
        try {
            if (clock.awaitTermination(10, TimeUnit.SECONDS)) {
                consumer.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
