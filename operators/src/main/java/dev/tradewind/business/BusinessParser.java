package dev.tradewind.business;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tradewind.url.CanonicalUrl;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;

/** Makes a business of a line of input, or says why there is none in it. */
public final class BusinessParser {
    private static final int MAX_ID = 1_000;
    private static final int MAX_NAME = 300;
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final CSVFormat CSV = CSVFormat.RFC4180
            .builder()
            .setTrim(true)
            .setIgnoreSurroundingSpaces(true)
            .setLenientEof(false)
            .get();

    /** Controls, and halves of characters, which no UTF-8 can say. */
    private static final Pattern NO_CHARACTERS = Pattern.compile("[\\p{Cc}\\p{Cs}]");

    private String knownHeader;
    private List<String> columns = List.of();

    /** Why a line names no business: a stable word, and a sentence for whoever mends it. */
    public static final class NoBusiness extends Exception {
        private static final long serialVersionUID = 1;
        private final String reason;

        NoBusiness(String reason, String detail) {
            super(detail);
            this.reason = reason;
        }

        public String reason() {
            return reason;
        }
    }

    public Business parse(SubmittedLine line, Instant now) throws NoBusiness {
        if (line.fault() != null) {
            throw new NoBusiness(
                    line.fault(),
                    "a record may have at most " + BusinessLines.MAX_RECORD + " bytes: shorten its fields");
        }
        if (line.text().chars().anyMatch(BusinessParser::isBinary)) {
            throw new NoBusiness(Fault.NOT_TEXT, "the line holds control characters: is it UTF-8 text?");
        }
        return line.header() == null ? parseJson(line, now) : parseCsv(line, now);
    }

    private static boolean isBinary(int c) {
        return c < ' ' && c != '\t' && c != '\n' && c != '\r';
    }

    private static Business parseJson(SubmittedLine line, Instant now) throws NoBusiness {
        JsonNode json;
        try {
            json = JSON.readTree(line.text());
        } catch (JsonProcessingException e) {
            throw new NoBusiness(Fault.NOT_JSON, "not JSON: " + e.getOriginalMessage());
        }
        if (json == null || !json.isObject()) {
            throw new NoBusiness(Fault.NOT_JSON, "not a JSON object with the fields id, name and url");
        }
        return business(scalar(json, "id"), scalar(json, "name"), scalar(json, "url"), line.origin(), now);
    }

    private static String scalar(JsonNode json, String field) {
        var value = json.get(field);
        return value == null || value.isNull() || value.isContainerNode() ? null : value.asText();
    }

    private Business parseCsv(SubmittedLine line, Instant now) throws NoBusiness {
        if (!line.header().equals(knownHeader)) {
            columns = cells(line.header()).stream()
                    .map(cell -> cell.toLowerCase(Locale.ROOT))
                    .toList();
            knownHeader = line.header();
        }
        for (var needed : List.of("id", "url")) {
            if (!columns.contains(needed)) {
                throw new NoBusiness(
                        needed.equals("id") ? Fault.NO_ID : Fault.NO_URL,
                        "the header has no column '" + needed + "'; its columns are " + columns);
            }
        }
        var cells = cells(line.text());
        return business(cell(cells, "id"), cell(cells, "name"), cell(cells, "url"), line.origin(), now);
    }

    private String cell(List<String> cells, String column) {
        int index = columns.indexOf(column);
        return index < 0 || index >= cells.size() ? null : cells.get(index);
    }

    private static List<String> cells(String record) throws NoBusiness {
        try (var parser = CSVParser.parse(record, CSV)) {
            var records = parser.getRecords();
            if (records.size() != 1) {
                throw new NoBusiness(Fault.NOT_CSV, "not one CSV record but " + records.size());
            }
            return records.get(0).toList();
        } catch (IOException | IllegalStateException | java.io.UncheckedIOException e) {
            throw new NoBusiness(Fault.NOT_CSV, "not CSV: " + e.getMessage());
        }
    }

    private static Business business(String id, String name, String url, Origin origin, Instant now) throws NoBusiness {
        if (id == null || id.isBlank()) {
            throw new NoBusiness(Fault.NO_ID, "the record has no id");
        }
        if (id.length() > MAX_ID) {
            throw new NoBusiness(Fault.TOO_LONG, "the id has " + id.length() + " characters, at most " + MAX_ID);
        }
        if (id.indexOf('\uFFFD') >= 0 || NO_CHARACTERS.matcher(id).find()) {
            throw new NoBusiness(Fault.NOT_TEXT, "the id is not UTF-8, or holds control characters");
        }
        if (url == null || url.isBlank()) {
            throw new NoBusiness(Fault.NO_URL, "the record has no url");
        }
        var readableUrl = NO_CHARACTERS.matcher(url).replaceAll("");
        var home = CanonicalUrl.home(readableUrl);
        if (home.fault() != null) {
            throw new NoBusiness(home.fault(), "'" + url + "' is no web site: write http:// or https:// and a host");
        }
        return new Business(id, name == null ? null : readableName(name), readableUrl, origin.toString(), now);
    }

    private static String readableName(String name) {
        var cut = name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME);
        return NO_CHARACTERS.matcher(cut).replaceAll(" ").strip();
    }
}
