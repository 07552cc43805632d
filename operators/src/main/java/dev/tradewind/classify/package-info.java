/**
 * The last stage: an observation becomes a prediction. {@link dev.tradewind.classify.CutSegments} makes twelve texts of it,
 * {@link dev.tradewind.classify.IndustryModel} has them encoded and judges by a {@link dev.tradewind.classify.ModelBundle},
 * {@link dev.tradewind.classify.ContentGate} keeps what is no business' web site from being judged at all.
 *
 * <p>Limits: one bundle per job, exactly twelve segments, a head that is linear (else the evidence is not exact), and
 * phrases of the gate that are English.
 */
package dev.tradewind.classify;
