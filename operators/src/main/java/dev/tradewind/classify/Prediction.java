package dev.tradewind.classify;

import dev.tradewind.fetch.Page;
import java.time.Instant;
import java.util.List;

/**
 * The one answer to a submission.
 *
 * @param status {@code classified}, {@code abstained} or {@code failed}
 * @param reason null when classified, else one stable word
 * @param industries the top three, best first; empty when there was nothing to judge from
 * @param evidence the segments that moved the decision for the best industry against the runner-up, strongest first
 * @param pages what was looked at, in order, without texts
 * @param model version of the bundle that judged
 * @param submission where the business was submitted: file and line, or topic, partition and offset; never the same twice
 */
public record Prediction(
        String id,
        String name,
        String url,
        String status,
        String reason,
        List<Industry> industries,
        List<Evidence> evidence,
        List<Page> pages,
        String model,
        String submission,
        Instant submittedAt,
        Instant classifiedAt) {

    /** One of the taxonomy's industries with its calibrated probability over all classes. */
    public record Industry(String id, String name, double probability, String policy) {}

    /**
     * A segment's exact share of the logit difference between the best industry and the runner-up, measured against the
     * empty segment.
     *
     * @param segment {@code page-1-text} … {@code page-5-title}, {@code domain}, {@code business-name}, {@code url-extension}
     * @param url the page it is from, or null
     */
    public record Evidence(String segment, String url, double weight) {}
}
