/**
 * Texts in, one vector each out. {@link dev.tradewind.encode.SegmentTokenizer} cuts a text into at most so many tokens,
 * {@link dev.tradewind.encode.EncodeQueue} gathers the segments of everyone who asks, groups them by exact length, so that
 * nothing is padded and no vector depends on its neighbours, and {@link dev.tradewind.encode.SegmentEncoder} runs them
 * through ONNX Runtime on CPU or CUDA. Knows nothing of industries or pages.
 *
 * <p>Limits: one tokenizer and one graph, no fine choice of threads per operator; a text's tokens beyond the limit are lost.
 */
package dev.tradewind.encode;
