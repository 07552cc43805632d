package dev.tradewind.classify;

import java.util.List;

/**
 * What a model makes of one observation.
 *
 * @param logits one for each industry, in the taxonomy's order
 * @param probabilities calibrated, one for each industry, adding to one
 * @param best the three most probable, best first; of equals the first in the taxonomy
 * @param evidence the segments' shares in the logit difference between the best and the second, strongest first
 */
public record Judgement(
        float[] logits, double[] probabilities, List<Prediction.Industry> best, List<Prediction.Evidence> evidence) {}
