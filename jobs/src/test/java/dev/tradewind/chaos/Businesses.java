package dev.tradewind.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tradewind.shared.Json;
import dev.tradewind.testdata.FaultWeb;
import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.SampleSites;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** The model of a run in plain Java: the records that are sent, the sites that they name, and what must come of each. */
final class Businesses {
    static final Duration UNHURRIED_DELAY = Duration.ofSeconds(1);
    private static final int UNHURRIED_SITES = 5;
    private static final int MALFORMED = 10;
    /** Those of the fault web whose answer is the same, however often and from where the job starts anew. */
    static final Set<String> FAULTS = Set.of(
            "home-404",
            "pdf",
            "refused",
            "no-such-host",
            "private-address",
            "slow",
            "reset",
            "garbage",
            "redirect-loop",
            "redirect-to-www",
            "robots-disallow",
            "robots-inner-pages",
            "gzip-bomb",
            "latin-1-undeclared",
            "parked",
            "script-only",
            "best-links-dead",
            "faults-behind-every-other-link");

    private final LoopbackWeb web;
    private final Random random;
    private final List<String> records = new ArrayList<>();
    private final Map<String, Answer> answers = new HashMap<>();
    private final Map<String, String> rejected = new HashMap<>();

    private Businesses(LoopbackWeb web, long seed) {
        this.web = web;
        random = new Random(seed);
    }

    /** Puts their sites on the web: most are copies of the sample sites, each under a host of its own. */
    static Businesses serve(LoopbackWeb web, int count, long seed) throws JsonProcessingException {
        var businesses = new Businesses(web, seed);
        businesses.addFaults();
        businesses.addSamples(count - FAULTS.size());
        businesses.addMalformed();
        Collections.shuffle(businesses.records, businesses.random);
        return businesses;
    }

    /** JSON, in the order in which they are to be sent; some are malformed. */
    List<String> records() {
        return records;
    }

    /** By the business's id. */
    Map<String, Answer> answers() {
        return answers;
    }

    /** The reason by the malformed record. */
    Map<String, String> rejected() {
        return rejected;
    }

    /** Whether the host asks for {@link #UNHURRIED_DELAY} between two requests. */
    static boolean isUnhurried(String host) {
        return host.startsWith("unhurried-");
    }

    private void addFaults() throws JsonProcessingException {
        for (var fault : FaultWeb.serve(web)) {
            if (FAULTS.contains(fault.name())) {
                add(fault.name(), fault.url(), new Answer(fault.status(), fault.reason(), fault.pages()));
            }
        }
    }

    private void addSamples(int count) throws JsonProcessingException {
        var samples = List.copyOf(SampleSites.expected().entrySet());
        for (int i = 0; i < count; i++) {
            boolean unhurried = i < UNHURRIED_SITES;
            var sample = samples.get(unhurried ? i : random.nextInt(samples.size()));
            var name = (unhurried ? "unhurried-" : "site-") + i;
            var site = SampleSites.serve(web, sample.getKey(), name);
            if (unhurried) {
                site.robots("User-agent: *\nCrawl-delay: " + UNHURRIED_DELAY.toSeconds() + "\n");
            }
            var expected = sample.getValue();
            add(name, web.url(name, "/"), new Answer(expected.status(), expected.reason(), expected.pages()));
        }
    }

    private void add(String id, String url, Answer answer) throws JsonProcessingException {
        records.add(Json.MAPPER.writeValueAsString(Map.of("id", id, "name", "The " + id, "url", url)));
        answers.put(id, answer);
    }

    private void addMalformed() {
        for (int i = 0; i < MALFORMED; i++) {
            var record = i % 2 == 0 ? "no JSON " + i : "{\"id\":\"by-ftp-" + i + "\",\"url\":\"ftp://files.example/\"}";
            records.add(record);
            rejected.put(record, i % 2 == 0 ? "not-json" : "unsupported-scheme");
        }
    }
}
