package dev.tradewind.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tradewind.fetch.Page;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** Sites with what Python said of them, and sites drawn at random of the same words. */
final class ParityCases {
    private static final String[] EXTENSIONS = {"com", "org", "co.uk", "us", "quebec", ""};

    /** Has {@code model} find the texts, logits and probabilities that a file holds, but for {@code most}. */
    static void judgedAlike(IndustryModel model, String resource, double most) throws Exception {
        JsonNode cases = read(resource);
        assertThat(cases).isNotEmpty();
        for (JsonNode one : cases) {
            Segments segments = segments(one);
            Judgement judgement = model.judge(segments).get();

            assertThat(segments.texts())
                    .extracting(Segments.Segment::text)
                    .containsExactlyElementsOf(strings(one.get("texts")));
            assertThat(segments.extension()).isEqualTo(one.get("extension").asText());
            assertThat(judgement.logits()).hasSize(one.get("logits").size());
            for (int i = 0; i < judgement.logits().length; i++) {
                assertThat((double) judgement.logits()[i])
                        .isCloseTo(one.get("logits").get(i).asDouble(), within(most));
                assertThat(judgement.probabilities()[i])
                        .isCloseTo(one.get("probabilities").get(i).asDouble(), within(most));
            }
        }
    }

    /**
     * Has models with queues of several kinds judge {@code sites} as if each were alone, in crowds drawn at random.
     *
     * @param neighbours sites of at most {@code words} words in a text that are judged at the same time
     */
    static void judgedTheSameInAnyCrowd(String location, List<Segments> sites, int crowds, int neighbours, int words)
            throws Exception {
        var expected = new ArrayList<double[]>();
        try (IndustryModel alone = IndustryModel.open(new ModelSettings(location, "cpu", 100, 0, 1, 1, 0), 0)) {
            for (Segments site : sites) {
                expected.add(alone.judge(site).get().probabilities());
            }
        }
        var random = new Random(23);
        for (int i = 0; i < crowds; i++) {
            var settings = new ModelSettings(
                    location, "cpu", 4_096, random.nextInt(20), 16 << random.nextInt(10), 1 + random.nextInt(3), 0);
            List<Segments> crowd = random(neighbours, words, random);
            crowd.addAll(sites);
            Collections.shuffle(crowd, random);
            try (IndustryModel model = IndustryModel.open(settings, 0)) {
                var judgements = new ArrayList<CompletableFuture<Judgement>>();
                for (Segments site : crowd) {
                    judgements.add(model.judge(site));
                }
                for (int j = 0; j < crowd.size(); j++) {
                    int place = sites.indexOf(crowd.get(j));
                    double[] found = judgements.get(j).get().probabilities();
                    if (place >= 0) {
                        assertThat(found).containsExactly(expected.get(place), within(1e-5));
                    }
                }
            }
        }
    }

    static List<Segments> sites(String resource) throws IOException {
        var sites = new ArrayList<Segments>();
        read(resource).forEach(one -> sites.add(segments(one)));
        return sites;
    }

    /** Sites of which every fourth text is empty. */
    static List<Segments> random(int count, int words, Random random) throws IOException {
        var known = new ArrayList<String>();
        for (Segments site : sites("/dev/tradewind/classify/parity.json")) {
            site.texts().forEach(segment -> known.addAll(List.of(segment.text().split(" "))));
        }
        var sites = new ArrayList<Segments>();
        for (int i = 0; i < count; i++) {
            var texts = new ArrayList<Segments.Segment>();
            for (int j = 0; j < ModelBundle.SEGMENTS; j++) {
                var text = new ArrayList<String>();
                for (int left = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(words); left > 0; left--) {
                    text.add(known.get(random.nextInt(known.size())));
                }
                texts.add(new Segments.Segment("segment-" + j, null, String.join(" ", text)));
            }
            sites.add(new Segments(texts, EXTENSIONS[random.nextInt(EXTENSIONS.length)]));
        }
        return sites;
    }

    private static JsonNode read(String resource) throws IOException {
        try (InputStream file = ParityCases.class.getResourceAsStream(resource)) {
            return new ObjectMapper().readTree(file);
        }
    }

    private static Segments segments(JsonNode site) {
        var pages = new ArrayList<Page>();
        for (JsonNode page : site.get("pages")) {
            pages.add(Visits.page(
                    page.get(0).asText(), page.get(1).asText(), page.get(2).asText()));
        }
        return CutSegments.of(Visits.visit(
                site.get("id").asText(),
                site.get("name").asText(),
                site.get("url").asText(),
                pages.toArray(Page[]::new)));
    }

    private static List<String> strings(JsonNode array) {
        var strings = new ArrayList<String>();
        array.forEach(text -> strings.add(text.asText()));
        return strings;
    }

    private ParityCases() {}
}
