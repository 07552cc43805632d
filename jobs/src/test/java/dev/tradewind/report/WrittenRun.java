package dev.tradewind.report;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.tradewind.business.Origin;
import dev.tradewind.business.RejectedLine;
import dev.tradewind.classify.Prediction;
import dev.tradewind.classify.Prediction.Evidence;
import dev.tradewind.classify.Prediction.Industry;
import dev.tradewind.fetch.Outcome;
import dev.tradewind.fetch.Page;
import dev.tradewind.shared.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** The output folder of a run that never was; the same businesses every time. */
final class WrittenRun {

    static final Instant STARTED = Instant.parse("2026-11-22T09:58:12Z");
    static final String MODEL = "bge-small-135-r1";

    private static final List<Industry> INDUSTRIES = List.of(
            new Industry("plumber", "Plumber", 0, "accept"),
            new Industry("restaurant", "Restaurant & Café", 0, "accept"),
            new Industry("dentist", "Dentist", 0, "accept"),
            new Industry("windows-doors-glass", "Windows, Doors & Garage Doors", 0, "accept"),
            new Industry("hvac-contractor", "Heating & Air Conditioning Contractor", 0, "accept"),
            new Industry("auto-repair", "Car Repair", 0, "accept"),
            new Industry("hair-salon", "Hair Salon & Barber", 0, "accept"),
            new Industry("law-firm", "Law Firm", 0, "accept"),
            new Industry("hotel", "Hotel & Bed and Breakfast", 0, "accept"),
            new Industry("bakery", "Bakery", 0, "accept"),
            new Industry("liquor-store", "Liquor & Wine Store", 0, "review"),
            new Industry("bar-nightclub", "Bar & Nightclub", 0, "review"),
            new Industry("tobacco-vape", "Tobacco & Vape", 0, "reject"),
            new Industry("casino-gambling", "Casino & Gambling", 0, "reject"));
    private static final List<String> FAMILIES = List.of(
            "Harper",
            "Quesnel",
            "Müller",
            "Okafor",
            "Lindqvist",
            "O’Brien",
            "Tanaka",
            "Beaulieu",
            "Novák",
            "Castellano");
    private static final List<String> PLACES =
            List.of("Harbour Street", "Mill Lane", "Old Town", "Lakeside", "North End", "Station Road", "The Green");
    private static final List<String> FAILURES = List.of(
            Outcome.DNS_FAILURE,
            Outcome.CONNECT_TIMEOUT,
            Outcome.ROBOTS_DISALLOWED,
            "http-404",
            "http-503",
            Outcome.TLS_FAILURE,
            Outcome.BLOCKED_ADDRESS,
            Outcome.NOT_HTML,
            Outcome.DEADLINE);
    private static final List<List<String>> INTERNAL = List.of(
            List.of("about", "About us", "2"),
            List.of("our-story", "Our story", "2"),
            List.of("services", "What we do", "3"),
            List.of("products", "Products & prices", "4"),
            List.of("contact", "Contact", "100"),
            List.of("jobs", "Work with us", "100"));

    private final Path folder;

    WrittenRun(Path folder) {
        this.folder = folder;
    }

    Path predictions() {
        return folder.resolve("predictions");
    }

    Path rejected() {
        return folder.resolve("rejected");
    }

    /** Writes predictions as the file sink leaves them: finished parts in a folder for each hour. */
    WrittenRun predictions(String part, List<Prediction> predictions) throws IOException {
        return lines(predictions().resolve(part), predictions);
    }

    WrittenRun rejected(List<RejectedLine> lines) throws IOException {
        return lines(rejected().resolve("part-0-0"), lines);
    }

    WrittenRun lines(Path file, List<?> records) throws IOException {
        Files.createDirectories(file.getParent());
        var writer = Json.MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);
        try (var out = Files.newBufferedWriter(file)) {
            for (var each : records) {
                out.write(writer.writeValueAsString(each));
                out.write('\n');
            }
        }
        return this;
    }

    /** The report of all that was written. */
    Path report() throws IOException {
        var report = folder.resolve("report.html");
        Report.write(
                predictions(),
                rejected(),
                report,
                new Report.Run("Tradewind: businesses.csv", STARTED, STARTED.plusSeconds(754)));
        return report;
    }

    static Prediction classified(String id, String name, String url) {
        var page = page(1, url, "", 0, 0, "Welcome", Outcome.READ, STARTED.plusSeconds(3));
        return new Prediction(
                id,
                name,
                url,
                "classified",
                null,
                top(0, 0.9, 1, 0.05, 2, 0.01),
                List.of(new Evidence("page-1-text", url, 2.5), new Evidence("domain", null, -0.5)),
                List.of(page),
                MODEL,
                "businesses.csv:1",
                STARTED.plusSeconds(1),
                STARTED.plusSeconds(4));
    }

    static RejectedLine rejectedLine(String line, long number) {
        return new RejectedLine(
                line,
                Origin.ofFile("businesses.csv", number),
                "no-url",
                "The column url is empty.",
                STARTED.plusSeconds(1));
    }

    /** Of ten businesses eight are classified, one is abstained on and one failed. */
    static List<Prediction> businesses(int count) {
        var random = new Random(7);
        var businesses = new ArrayList<Prediction>();
        for (int i = 0; i < count; i++) {
            businesses.add(business(i, random));
        }
        return businesses;
    }

    private static Prediction business(int i, Random random) {
        var best = Math.min(random.nextInt(INDUSTRIES.size()), random.nextInt(INDUSTRIES.size()));
        var family = FAMILIES.get(random.nextInt(FAMILIES.size()));
        var trade = INDUSTRIES.get(best).name().split(" &|,")[0];
        var name = family + " " + trade + " " + PLACES.get(random.nextInt(PLACES.size()));
        var host = "www." + family.toLowerCase().replaceAll("[^a-z]", "") + "-"
                + INDUSTRIES.get(best).id() + "-" + i + ".example";
        var url = "http://" + host + "/";
        var submitted = STARTED.plusMillis(i / 20);
        var fetched = submitted.plusMillis(400 + random.nextInt(4000));
        var failed = i % 10 == 9;
        var failure = FAILURES.get(Math.min(random.nextInt(FAILURES.size()), random.nextInt(FAILURES.size())));
        var pages = new ArrayList<Page>();
        pages.add(page(1, url, "", 0, 0, failed ? "" : name + " | Home", failed ? failure : Outcome.READ, fetched));
        for (int p = 0; !failed && p < 1 + random.nextInt(5); p++) {
            fetched = fetched.plusMillis(300 + random.nextInt(1500));
            var link = INTERNAL.get(p);
            var outcome = random.nextInt(9) == 0 ? "http-404" : Outcome.READ;
            pages.add(page(
                    p + 2,
                    url + link.get(0),
                    link.get(1),
                    Integer.parseInt(link.get(2)),
                    1,
                    outcome.equals(Outcome.READ) ? link.get(1) + " | " + name : "Not found",
                    outcome,
                    fetched));
        }
        var abstained = i % 10 == 4;
        var sure = abstained ? 0.12 + 0.1 * random.nextDouble() : 0.35 + 0.64 * random.nextDouble();
        return new Prediction(
                String.format("B-%05d", i),
                i % 23 == 0 ? null : name,
                i % 7 == 0 ? host : url,
                failed ? "failed" : abstained ? "abstained" : "classified",
                failed ? failure : abstained ? (i % 20 == 4 ? "low-confidence" : "parked-domain") : null,
                failed
                        ? List.of()
                        : top(
                                best,
                                sure,
                                best + 1 + random.nextInt(3),
                                Math.min(sure, 1 - sure) * 0.6,
                                best + 5,
                                Math.min(sure, 1 - sure) * 0.2),
                failed ? List.of() : evidence(pages, random),
                pages,
                MODEL,
                "businesses.csv:" + i,
                submitted,
                fetched.plusMillis(120 + random.nextInt(500)));
    }

    private static List<Industry> top(int first, double p, int second, double q, int third, double r) {
        return List.of(industry(first, p), industry(second, q), industry(third, r));
    }

    private static Industry industry(int index, double probability) {
        var industry = INDUSTRIES.get(index % INDUSTRIES.size());
        return new Industry(industry.id(), industry.name(), probability, industry.policy());
    }

    private static List<Evidence> evidence(List<Page> pages, Random random) {
        var evidence = new ArrayList<Evidence>();
        evidence.add(new Evidence("business-name", null, random.nextGaussian() + 0.8));
        evidence.add(new Evidence("domain", null, random.nextGaussian() * 0.7 + 0.3));
        evidence.add(new Evidence("url-extension", null, random.nextGaussian() * 0.05));
        int read = 0;
        for (var page : pages) {
            if (page.read() && read++ < 5) {
                evidence.add(new Evidence("page-" + read + "-text", page.url(), random.nextGaussian() + 0.9));
                evidence.add(new Evidence("page-" + read + "-title", page.url(), random.nextGaussian() * 0.4 + 0.2));
            }
        }
        evidence.sort(Comparator.comparingDouble((Evidence each) -> -Math.abs(each.weight())));
        return evidence;
    }

    private static Page page(
            int order,
            String url,
            String clickText,
            int rank,
            int depth,
            String title,
            String outcome,
            Instant fetched) {
        var status = outcome.startsWith("http-") ? Integer.parseInt(outcome.substring(5)) : 200;
        var answered = outcome.equals(Outcome.READ) || outcome.startsWith("http-");
        return new Page(
                order,
                url,
                rank,
                clickText,
                depth,
                title,
                null,
                answered ? status : 0,
                outcome,
                answered ? 4_000 + url.hashCode() % 3_000 : 0,
                180 + Math.abs(url.hashCode()) % 700,
                fetched);
    }
}
