package dev.tradewind.classify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/** The bundle of {@code tiny-bundle/make.py}: four trades, told by their words. */
final class TinyBundle {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> FILES =
            List.of("model.json", "encoder.onnx", "head.onnx", "tokenizer.json", "industries.csv");

    static Path folder() {
        try {
            return Path.of(TinyBundle.class
                            .getResource("/tiny-bundle/model.json")
                            .toURI())
                    .getParent();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    static ModelSettings settings() {
        return ModelSettings.of(folder().toString(), "cpu");
    }

    static void copyTo(Path folder) throws IOException {
        for (String file : FILES) {
            Files.copy(folder().resolve(file), folder.resolve(file));
        }
    }

    static void editCard(Path folder, Consumer<ObjectNode> edit) throws IOException {
        Path file = folder.resolve("model.json");
        var card = (ObjectNode) JSON.readTree(file.toFile());
        edit.accept(card);
        JSON.writeValue(file.toFile(), card);
    }

    /** Makes the checksum in {@code model.json} that of the file as it is now. */
    static void seal(Path folder, String file) throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve(file));
        editCard(folder, card -> ((ObjectNode) card.get("sha256")).put(file, sha256(bytes)));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private TinyBundle() {}
}
