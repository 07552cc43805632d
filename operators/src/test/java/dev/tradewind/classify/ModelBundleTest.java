package dev.tradewind.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelBundleTest {
    @TempDir
    Path folder;

    @BeforeEach
    void copy() throws IOException {
        TinyBundle.copyTo(folder);
    }

    @Test
    void readsWhatTheBundleSaysOfItself() {
        ModelBundle bundle = ModelBundle.open(folder.toString());

        assertThat(bundle.version()).isEqualTo("tiny-1");
        assertThat(bundle.features()).isEqualTo(12 * 8 + 10);
        assertThat(bundle.segmentLengths()).isEqualTo(new ModelBundle.SegmentLengths(32, 16, 8, 10));
        assertThat(bundle.industries())
                .extracting(ModelBundle.Industry::id)
                .containsExactly("plumber", "bakery", "dentist", "law-firm");
        assertThat(bundle.languages()).isEmpty();
        assertThat(bundle.industries().get(3).policy()).isEqualTo("review");
    }

    @Test
    void readsTheLanguagesOfABundleThatNamesThem() throws IOException {
        TinyBundle.editCard(folder, card -> card.putArray("languages").add("en").add("deu"));

        ModelBundle bundle = ModelBundle.open(folder.toString());

        assertThat(bundle.languages()).containsExactly("en", "deu");
    }

    @Test
    void wantsAFolder() {
        refused(folder.resolve("nothing").toString(), "nothing is no folder: give the folder of a model bundle");
    }

    @Test
    void namesTheFileThatIsMissing() throws IOException {
        Files.delete(folder.resolve("head.onnx"));

        refused("head.onnx is missing: a model bundle holds model.json, encoder.onnx");
    }

    @Test
    void refusesAFileOfAnotherExport() throws IOException {
        Files.writeString(folder.resolve("head.onnx"), "other");

        refused("head.onnx has sha256 d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa"
                + " where model.json says 34f9fb58");
    }

    @Test
    void refusesADescriptionThatIsNoJson() throws IOException {
        Files.writeString(folder.resolve("model.json"), "{\"version\": tiny}");

        refused("model.json cannot be read as a model's description");
    }

    @Test
    void refusesADescriptionOfTheWrongShape() throws IOException {
        edited(card -> card.put("segment_lengths", "long"), "model.json cannot be read as a model's description");
    }

    @Test
    void refusesNumbersThatMakeNoModel() throws IOException {
        edited(card -> card.put("temperature", 0), "temperature 0.0 where more than 0 is wanted");
        edited(card -> card.put("abstain_threshold", 40), "abstain_threshold 40.0 where 0 to 1 is wanted");
        edited(card -> card.put("pages", 4), "pages 4 where 5 is wanted");
        edited(card -> card.put("pooling", "max"), "pooling max where cls, mean or none is wanted");
        edited(card -> card.remove("hidden"), "hidden 0 where");
        edited(card -> card.remove("version"), "version null where");
        edited(card -> card.withArray("url_extensions").remove(0), "url_extensions 9 where 10 different ones");
        edited(card -> ((ObjectNode) card.get("segment_lengths")).put("domain", 1), "where 2 to 512 tokens each");
        edited(card -> card.putArray("languages").add("English"), "languages [English] where ISO 639 codes");
        edited(card -> card.putArray("languages").addNull(), "languages [null] where ISO 639 codes");
        edited(card -> card.remove("sha256"), "sha256 null where one for each file");
    }

    @Test
    void refusesIndustriesThatCannotBeToldApart() throws IOException {
        industries("industry_id,name,policy\nbakery,Bakery,accept\nbakery,Baker,accept\n", "industry_id bakery twice");
        industries("industry_id,name,policy\nbakery,Bakery,maybe\n", "policy maybe where accept, review or reject");
        industries("id,name,policy\nbakery,Bakery,accept\n", "wants the columns industry_id, name, policy");
        industries("industry_id,name,policy\n", "rows 0 where at least 2");
    }

    private void edited(Consumer<ObjectNode> edit, String message) throws IOException {
        Files.copy(
                TinyBundle.folder().resolve("model.json"),
                folder.resolve("model.json"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        TinyBundle.editCard(folder, edit);
        refused(message);
    }

    private void industries(String csv, String message) throws IOException {
        Files.writeString(folder.resolve("industries.csv"), csv);
        TinyBundle.seal(folder, "industries.csv");
        refused(message);
    }

    private void refused(String message) {
        refused(folder.toString(), message);
    }

    private static void refused(String location, String message) {
        assertThatThrownBy(() -> ModelBundle.open(location))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n");
    }
}
