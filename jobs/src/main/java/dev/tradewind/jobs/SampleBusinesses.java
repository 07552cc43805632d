package dev.tradewind.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tradewind.shared.Json;
import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.SampleSites;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends the sample businesses to a topic over and over, each time with new ids, at a steady rate. Their sites are on loopback
 * under many names, so that none is asked for more than politeness allows.
 */
final class SampleBusinesses implements AutoCloseable {
    private static final int COPIES = 40;

    private final LoopbackWeb web;
    private final KafkaProducer<String, String> producer;
    private final String topic;
    private final double perSecond;
    private final long limit;
    private final Map<String, String> sites = SampleSites.sites();
    private final Map<String, String> names = SampleSites.names();
    private final List<String> samples = List.copyOf(sites.keySet());
    private final Instant start = Instant.now();
    private long sent;

    /** @param limit how many businesses in all */
    SampleBusinesses(LoopbackWeb web, String broker, String topic, double perSecond, long limit) {
        this.web = web;
        this.topic = topic;
        this.perSecond = perSecond;
        this.limit = limit;
        sites.forEach((sample, site) -> {
            for (int copy = 0; copy < COPIES; copy++) {
                SampleSites.serve(web, sample, host(site, copy));
            }
        });
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker), new StringSerializer(), new StringSerializer());
    }

    int sites() {
        return COPIES * sites.size();
    }

    long sent() {
        return sent;
    }

    boolean isOver() {
        return sent >= limit;
    }

    /**
     * Sends those whose time has come.
     *
     * @return their ids
     */
    List<String> sendDue() throws JsonProcessingException {
        web.forgetRequests();
        double seconds = Duration.between(start, Instant.now()).toMillis() / 1000.0;
        List<String> ids = new ArrayList<>();
        while (!isOver() && sent < seconds * perSecond) {
            ids.add(send());
        }
        return ids;
    }

    private String send() throws JsonProcessingException {
        var sample = samples.get((int) (sent % samples.size()));
        int copy = (int) (sent / samples.size() % COPIES);
        sent++;
        var id = sample + "-" + sent;
        var business = Map.of("id", id, "name", names.get(sample), "url", web.url(host(sites.get(sample), copy), "/"));
        producer.send(new ProducerRecord<>(topic, id, Json.MAPPER.writeValueAsString(business)));
        return id;
    }

    private static String host(String site, int copy) {
        return site + "-" + copy;
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(1));
    }
}
