package dev.tradewind.classify;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tradewind.encode.SegmentEncoder.Pooling;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * A folder that names everything a classifier needs: the encoder, the head, the tokenizer, the industries in the order of
 * the head's logits, and the numbers in {@code model.json}. Opening one checks that its files belong together; what only
 * a running graph can tell, {@link IndustryModel} checks.
 */
public final class ModelBundle {
    /** The location of the bundle in this jar. */
    public static final String EMBEDDED = "embedded";

    public static final int PAGES = 5;
    public static final int SEGMENTS = 2 * PAGES + 2;
    public static final int URL_EXTENSIONS = 10;

    private static final String RESOURCES = "/dev/tradewind/model/";
    private static final String CARD = "model.json";
    static final String ENCODER = "encoder.onnx";
    static final String HEAD = "head.onnx";
    static final String TOKENIZER = "tokenizer.json";
    static final String INDUSTRIES = "industries.csv";
    private static final List<String> FILES = List.of(CARD, ENCODER, HEAD, TOKENIZER, INDUSTRIES);
    private static final Set<String> POLICIES = Set.of("accept", "review", "reject");
    private static final int MOST_TOKENS = 512;

    /** An industry of the taxonomy and what to do with a business that is in it. */
    public record Industry(String id, String name, String policy) {}

    /** Most tokens of each kind of segment, begin and end marks included. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record SegmentLengths(int pageText, int pageTitle, int domain, int businessName) {
        int longest() {
            return Math.max(Math.max(pageText, pageTitle), Math.max(domain, businessName));
        }

        private int shortest() {
            return Math.min(Math.min(pageText, pageTitle), Math.min(domain, businessName));
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    private record Card(
            String version,
            int hidden,
            String pooling,
            boolean normalize,
            SegmentLengths segmentLengths,
            int pages,
            List<String> urlExtensions,
            double temperature,
            double abstainThreshold,
            List<String> languages,
            Map<String, String> sha256) {}

    private final Path folder;
    private final Card card;
    private final Pooling pooling;
    private final List<Industry> industries;

    private ModelBundle(Path folder) throws IOException {
        this.folder = folder;
        for (String file : FILES) {
            if (!Files.isRegularFile(folder.resolve(file))) {
                throw new IllegalArgumentException(
                        folder.resolve(file) + " is missing: a model bundle holds " + String.join(", ", FILES));
            }
        }
        this.card = card(folder.resolve(CARD));
        this.pooling = checked(folder.resolve(CARD), card);
        for (String file : FILES) {
            if (!file.equals(CARD)) {
                checkSum(folder, file, card.sha256.get(file));
            }
        }
        this.industries = industries(folder.resolve(INDUSTRIES));
    }

    /**
     * Opens a bundle. The embedded one is read where it lies, or unpacked if that is inside a jar, for ONNX Runtime wants
     * files: to one place in {@code java.io.tmpdir} that it keeps, and that all processes of a user share.
     *
     * @param location a folder, or {@link #EMBEDDED}
     * @throws IllegalArgumentException if the bundle does not fit together: one line that names the file, what was found,
     *     what was wanted and what to do
     * @throws UncheckedIOException if a file cannot be read
     */
    public static ModelBundle open(String location) {
        try {
            if (!location.equals(EMBEDDED)) {
                Path folder = Path.of(location);
                if (!Files.isDirectory(folder)) {
                    throw new IllegalArgumentException(
                            location + " is no folder: give the folder of a model bundle, or " + EMBEDDED);
                }
                return new ModelBundle(folder);
            }
            URL resource = ModelBundle.class.getResource(RESOURCES + CARD);
            if (resource == null) {
                throw new IllegalArgumentException(
                        "There is no embedded model in this build: give the folder of a model bundle");
            }
            if (resource.getProtocol().equals("file")) {
                return new ModelBundle(Path.of(URI.create(resource.toString())).getParent());
            }
            return new ModelBundle(unpacked());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String version() {
        return card.version;
    }

    /** Width of a segment's vector. */
    public int hidden() {
        return card.hidden;
    }

    /** Width of the head's input: the vectors of all segments, then the flags of the url extensions. */
    public int features() {
        return SEGMENTS * card.hidden + URL_EXTENSIONS;
    }

    public Pooling pooling() {
        return pooling;
    }

    /** Whether segment vectors are to have length 1. */
    public boolean normalize() {
        return card.normalize;
    }

    public SegmentLengths segmentLengths() {
        return card.segmentLengths;
    }

    /** The public suffixes that have a flag, in the order of the flags. */
    public List<String> urlExtensions() {
        return card.urlExtensions;
    }

    /** What logits are divided by before they become probabilities. */
    public double temperature() {
        return card.temperature;
    }

    /** A best probability below this is no answer. */
    public double abstainThreshold() {
        return card.abstainThreshold;
    }

    /** ISO 639-1 or 639-3 codes of what the model reads; empty where the bundle does not say. */
    public List<String> languages() {
        return card.languages == null ? List.of() : card.languages;
    }

    /** In the order of the logits. */
    public List<Industry> industries() {
        return industries;
    }

    /** Where one of the bundle's files is. */
    Path file(String name) {
        return folder.resolve(name);
    }

    /** Where a process was killed in the middle, the next one goes on: what is not there yet or is damaged is put there. */
    private static Path unpacked() throws IOException {
        Path folder = unpackingPlace();
        Files.createDirectories(folder);
        // A file is locked for other processes only, so this is for the class loaders of this one.
        synchronized (Runtime.getRuntime()) {
            try (FileChannel alone =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                alone.lock();
                unpack(CARD, folder);
                Card card = card(folder.resolve(CARD));
                for (String file : FILES) {
                    String wanted = card.sha256 == null ? null : card.sha256.get(file);
                    if (wanted != null && !wanted.equals(sha256(folder.resolve(file)))) {
                        unpack(file, folder);
                    }
                }
            }
        }
        return folder;
    }

    private static Path unpackingPlace() throws IOException {
        String user = System.getProperty("user.name").replaceAll("\\W", "_");
        try (InputStream card = ModelBundle.class.getResourceAsStream(RESOURCES + CARD)) {
            return Path.of(
                    System.getProperty("java.io.tmpdir"),
                    "tradewind-model-" + user + "-" + sha256(card).substring(0, 16));
        }
    }

    private static void unpack(String file, Path folder) throws IOException {
        try (InputStream in = ModelBundle.class.getResourceAsStream(RESOURCES + file)) {
            if (in != null) {
                Path part = folder.resolve("part");
                Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
                Files.move(part, folder.resolve(file), StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private static Card card(Path file) throws IOException {
        try {
            Card card = JsonMapper.builder().build().readValue(file.toFile(), Card.class);
            if (card != null) {
                return card;
            }
            throw new IllegalArgumentException(file + " is empty: export the bundle again");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    file + " cannot be read as a model's description: " + firstLine(e.getOriginalMessage()), e);
        }
    }

    private static Pooling checked(Path file, Card card) {
        want(card.version != null && !card.version.isBlank(), file, "version", card.version, "a name");
        want(card.hidden > 0, file, "hidden", card.hidden, "the width of a segment's vector");
        want(card.pages == PAGES, file, "pages", card.pages, PAGES);
        want(card.segmentLengths != null, file, "segment_lengths", null, "four lengths");
        want(
                card.segmentLengths.shortest() >= 2 && card.segmentLengths.longest() <= MOST_TOKENS,
                file,
                "segment_lengths",
                card.segmentLengths,
                "2 to " + MOST_TOKENS + " tokens each");
        int extensions = card.urlExtensions == null ? 0 : new HashSet<>(card.urlExtensions).size();
        want(extensions == URL_EXTENSIONS, file, "url_extensions", extensions, URL_EXTENSIONS + " different ones");
        want(
                card.temperature > 0 && card.temperature < Double.POSITIVE_INFINITY,
                file,
                "temperature",
                card.temperature,
                "more than 0");
        want(
                card.abstainThreshold >= 0 && card.abstainThreshold <= 1,
                file,
                "abstain_threshold",
                card.abstainThreshold,
                "0 to 1");
        want(
                card.languages == null
                        || card.languages.stream().allMatch(code -> code != null && code.matches("[a-z]{2,3}")),
                file,
                "languages",
                card.languages,
                "ISO 639 codes, such as en,");
        want(card.sha256 != null, file, "sha256", null, "one for each file");
        for (Pooling pooling : Pooling.values()) {
            if (pooling.name().toLowerCase(Locale.ROOT).equals(card.pooling)) {
                return pooling;
            }
        }
        want(false, file, "pooling", card.pooling, "cls, mean or none");
        throw new AssertionError();
    }

    private static void want(boolean met, Path file, String field, Object found, Object wanted) {
        if (!met) {
            throw new IllegalArgumentException(
                    file + " has " + field + " " + found + " where " + wanted + " is wanted: export the bundle again");
        }
    }

    private static void checkSum(Path folder, String file, String wanted) throws IOException {
        String found = sha256(folder.resolve(file));
        if (!found.equals(wanted)) {
            throw new IllegalArgumentException(folder.resolve(file) + " has sha256 " + found + " where " + CARD
                    + " says " + wanted + ": take all files from one export");
        }
    }

    /** In hexadecimal digits; empty if there is no such file. */
    private static String sha256(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return "";
        }
        try (InputStream in = Files.newInputStream(file)) {
            return sha256(in);
        }
    }

    private static String sha256(InputStream in) throws IOException {
        try {
            var digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"));
            digest.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Industry> industries(Path file) throws IOException {
        var industries = new ArrayList<Industry>();
        var ids = new HashSet<String>();
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (Reader reader = Files.newBufferedReader(file);
                CSVParser rows = format.parse(reader)) {
            for (CSVRecord row : rows) {
                var industry = new Industry(row.get("industry_id"), row.get("name"), row.get("policy"));
                want(ids.add(industry.id), file, "industry_id", industry.id + " twice", "each once");
                want(POLICIES.contains(industry.policy), file, "policy", industry.policy, "accept, review or reject");
                industries.add(industry);
            }
        } catch (IllegalArgumentException | UncheckedIOException e) {
            if (e.getMessage() != null && e.getMessage().startsWith(file.toString())) {
                throw e;
            }
            throw new IllegalArgumentException(
                    file + " wants the columns industry_id, name, policy: " + firstLine(e.getMessage()), e);
        }
        want(industries.size() > 1, file, "rows", industries.size(), "at least 2");
        return List.copyOf(industries);
    }

    private static String firstLine(String text) {
        return text == null ? "" : text.lines().findFirst().orElse("");
    }
}
