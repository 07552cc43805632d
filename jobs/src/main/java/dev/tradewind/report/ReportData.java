package dev.tradewind.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tradewind.business.RejectedLine;
import dev.tradewind.classify.Prediction;
import dev.tradewind.fetch.Page;
import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run's records as the report's script reads them: data elements of some hundred records each. What every row shows is
 * apart from what only an opened row shows, so that opening the report parses a tenth of it. Records are arrays in the order
 * in which the script takes them apart; industries and models are said once and numbered.
 */
final class ReportData {

    private static final int RECORDS_PER_ELEMENT = 200;
    private static final int LONGEST_LINE = 300;

    private final Writer html;
    private final List<Prediction> predictions = new ArrayList<>();
    private final List<RejectedLine> rejectedLines = new ArrayList<>();
    private final Map<List<String>, Integer> industries = new LinkedHashMap<>();
    private final Map<String, Integer> models = new LinkedHashMap<>();
    private long businesses;
    private long rejected;

    ReportData(Writer html) {
        this.html = html;
    }

    void add(Prediction prediction) throws IOException {
        if (++businesses > Report.MOST_BUSINESSES) {
            return;
        }
        predictions.add(prediction);
        if (predictions.size() == RECORDS_PER_ELEMENT) {
            flushPredictions();
        }
    }

    void add(RejectedLine line) throws IOException {
        if (++rejected > Report.MOST_REJECTED) {
            return;
        }
        rejectedLines.add(line);
        if (rejectedLines.size() == RECORDS_PER_ELEMENT) {
            flushRejected();
        }
    }

    void finish(Report.Run run) throws IOException {
        flushPredictions();
        flushRejected();
        element("industries", industries.keySet(), ReportData::strings);
        element("models", models.keySet(), JsonGenerator::writeString);
        element("run", List.of(run), (json, it) -> {
            json.writeString(it.title());
            time(json, it.started());
            time(json, it.ended());
            json.writeNumber(businesses);
            json.writeNumber(rejected);
        });
    }

    private void flushPredictions() throws IOException {
        element("businesses", predictions, this::business);
        element("details", predictions, this::detail);
        predictions.clear();
    }

    private void flushRejected() throws IOException {
        element("rejected", rejectedLines, ReportData::rejectedLine);
        rejectedLines.clear();
    }

    private void business(JsonGenerator json, Prediction prediction) throws IOException {
        json.writeStartArray();
        json.writeString(prediction.id());
        json.writeString(prediction.name());
        json.writeString(prediction.url());
        json.writeString(prediction.status());
        json.writeString(prediction.reason());
        json.writeStartArray();
        for (var industry : prediction.industries()) {
            json.writeNumber(number(industries, strings(industry)));
            rounded(json, industry.probability());
        }
        json.writeEndArray();
        json.writeNumber(prediction.pages().size());
        json.writeNumber(prediction.pages().stream().filter(Page::read).count());
        time(json, prediction.submittedAt());
        time(json, prediction.classifiedAt());
        if (prediction.model() == null) {
            json.writeNull();
        } else {
            json.writeNumber(number(models, prediction.model()));
        }
        json.writeEndArray();
    }

    private void detail(JsonGenerator json, Prediction prediction) throws IOException {
        json.writeStartArray();
        json.writeStartArray();
        for (var evidence : prediction.evidence()) {
            json.writeString(evidence.segment());
            json.writeString(evidence.url());
            rounded(json, evidence.weight());
        }
        json.writeEndArray();
        for (var page : prediction.pages()) {
            page(json, page);
        }
        json.writeEndArray();
    }

    private static void page(JsonGenerator json, Page page) throws IOException {
        json.writeStartArray();
        json.writeNumber(page.order());
        json.writeString(page.url());
        json.writeNumber(page.rank());
        json.writeString(page.clickText());
        json.writeNumber(page.depth());
        json.writeString(page.title());
        json.writeNumber(page.httpStatus());
        json.writeString(page.outcome());
        json.writeNumber(page.bytes());
        json.writeNumber(page.millis());
        time(json, page.fetchedAt());
        json.writeEndArray();
    }

    private static void rejectedLine(JsonGenerator json, RejectedLine line) throws IOException {
        json.writeStartArray();
        json.writeString(shortened(line.line()));
        json.writeString(line.origin() == null ? null : line.origin().toString());
        json.writeString(line.reason());
        json.writeString(line.detail());
        time(json, line.rejectedAt());
        json.writeEndArray();
    }

    private static String shortened(String line) {
        return line == null || line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + "…";
    }

    private static List<String> strings(Prediction.Industry industry) {
        return Arrays.asList(industry.id(), industry.name(), industry.policy());
    }

    private static <K> int number(Map<K, Integer> numbers, K key) {
        return numbers.computeIfAbsent(key, k -> numbers.size());
    }

    private static void strings(JsonGenerator json, List<String> strings) throws IOException {
        json.writeStartArray();
        for (var string : strings) {
            json.writeString(string);
        }
        json.writeEndArray();
    }

    /** Milliseconds since 1970, or null. */
    private static void time(JsonGenerator json, Instant time) throws IOException {
        if (time == null) {
            json.writeNull();
        } else {
            json.writeNumber(time.toEpochMilli());
        }
    }

    /** More digits than anyone looks at, fewer than a double has. */
    private static void rounded(JsonGenerator json, double value) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumber(Math.round(value * 1e6) / 1e6);
        } else {
            json.writeNull();
        }
    }

    private interface RecordWriter<T> {
        void write(JsonGenerator json, T record) throws IOException;
    }

    private <T> void element(String name, Iterable<T> records, RecordWriter<T> writer) throws IOException {
        html.write("<script type=\"application/json\" data-of=\"" + name + "\">");
        try (var json = InertJson.to(html)) {
            json.writeStartArray();
            for (var each : records) {
                writer.write(json, each);
            }
            json.writeEndArray();
        }
        html.write("</script>\n");
    }
}
