package dev.tradewind.report;

import dev.tradewind.business.RejectedLine;
import dev.tradewind.classify.Prediction;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;

/** One HTML file that shows what a run found, and why. */
public final class Report {

    /** How many businesses a report lists; a browser still opens that many. */
    public static final int MOST_BUSINESSES = 50_000;

    /** How many rejected lines a report lists. */
    public static final int MOST_REJECTED = 10_000;

    /**
     * What the report says of the run as a whole.
     *
     * @param started null where it is not known
     * @param ended null where it is not known
     */
    public record Run(String title, Instant started, Instant ended) {}

    /**
     * Writes {@code target}, whole or not at all; one that is there is replaced.
     *
     * @param predictions folder of JSON Lines; one that is not there has none
     * @param rejected folder of JSON Lines; one that is not there has none
     * @throws IOException also where a line in these folders cannot be read as what it should be
     */
    public static void write(Path predictions, Path rejected, Path target, Run run) throws IOException {
        Files.createDirectories(target.toAbsolutePath().getParent());
        var unfinished = target.resolveSibling("." + target.getFileName());
        try {
            try (var html = Files.newBufferedWriter(unfinished)) {
                write(predictions, rejected, html, run);
            }
            Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static void write(Path predictions, Path rejected, Writer html, Run run) throws IOException {
        var page = template();
        var script = page.substring(page.indexOf("<script>") + "<script>".length(), page.lastIndexOf("</script>"));
        var beforeAndAfter = page.replace("${script-hash}", sha256(script)).split("\\$\\{data}", -1);
        html.write(beforeAndAfter[0]);
        var data = new ReportData(html);
        JsonLines.read(predictions, Prediction.class, data::add);
        JsonLines.read(rejected, RejectedLine.class, data::add);
        data.finish(run);
        html.write(beforeAndAfter[1]);
    }

    private static String template() throws IOException {
        try (InputStream template = Report.class.getResourceAsStream("report.html")) {
            return new String(template.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        }
    }

    /** As a content security policy names the one script that it lets run. */
    private static String sha256(String script) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    private Report() {}
}
