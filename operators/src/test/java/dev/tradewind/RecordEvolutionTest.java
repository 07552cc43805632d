package dev.tradewind;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshotSerializationUtil;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of kept records when a later version has other fields: what the CHANGELOG promises rests on it. */
class RecordEvolutionTest {
    private static final String KEPT = "new Visit(\"a\", 7, java.util.List.of(new Link(\"/about\")))";
    private static final String LINK = "public record Link(String url) {}";
    private static final String VISIT = "public record Visit(String id, int pages, java.util.List<Link> links) {}";

    @TempDir
    Path folder;

    @Test
    void aFieldThatIsNewIsEmpty() throws Exception {
        assertThat(restored(
                        "public record Visit(String name, String id, int pages, java.util.List<Link> links, long ms) {}",
                        LINK))
                .isEqualTo("Visit[name=null, id=a, pages=7, links=[Link[url=/about]], ms=0]");
    }

    @Test
    void aFieldThatIsNewInARecordWithinIsEmpty() throws Exception {
        assertThat(restored(VISIT, "public record Link(String url, String text) {}"))
                .isEqualTo("Visit[id=a, pages=7, links=[Link[url=/about, text=null]]]");
    }

    @Test
    void aFieldThatIsGoneIsForgotten() throws Exception {
        assertThat(restored("public record Visit(String id, java.util.List<Link> links) {}", LINK))
                .isEqualTo("Visit[id=a, links=[Link[url=/about]]]");
    }

    @Test
    void aFieldThatIsRenamedIsAsGoodAsGone() throws Exception {
        assertThat(restored("public record Visit(String key, int pages, java.util.List<Link> links) {}", LINK))
                .isEqualTo("Visit[key=null, pages=7, links=[Link[url=/about]]]");
    }

    @Test
    void aFieldOfAnotherTypeIsRefused() throws Exception {
        assertThat(restored("public record Visit(String id, long pages, java.util.List<Link> links) {}", LINK))
                .isEqualTo("refused");
    }

    /** What an operator with the new records finds where the old ones were kept. */
    private String restored(String newVisit, String newLink) throws Exception {
        var state = new DataOutputSerializer(512);
        var snapshot = new DataOutputSerializer(512);
        try (var before = compiled("before", VISIT, LINK)) {
            TypeSerializer<Object> serializer = serializer(before);
            serializer.serialize(before.loadClass("Kept").getMethod("kept").invoke(null), state);
            TypeSerializerSnapshotSerializationUtil.writeSerializerSnapshot(
                    snapshot, serializer.snapshotConfiguration());
        }
        try (var after = compiled("after", newVisit, newLink)) {
            TypeSerializerSnapshot<Object> old = TypeSerializerSnapshotSerializationUtil.readSerializerSnapshot(
                    new DataInputDeserializer(snapshot.getCopyOfBuffer()), after);
            TypeSerializerSchemaCompatibility<Object> compatibility =
                    serializer(after).snapshotConfiguration().resolveSchemaCompatibility(old);
            return compatibility.isIncompatible()
                    ? "refused"
                    : old.restoreSerializer()
                            .deserialize(new DataInputDeserializer(state.getCopyOfBuffer()))
                            .toString();
        }
    }

    @SuppressWarnings("unchecked") // the record is known by its name alone
    private static TypeSerializer<Object> serializer(ClassLoader records) throws ClassNotFoundException {
        var visit = (Class<Object>) records.loadClass("Visit");
        return TypeInformation.of(visit).createSerializer(new SerializerConfigImpl());
    }

    private URLClassLoader compiled(String version, String visit, String link) throws IOException {
        var sources = Files.createDirectories(folder.resolve(version));
        var kept = version.equals("before") ? KEPT : "null";
        Files.writeString(sources.resolve("Visit.java"), visit);
        Files.writeString(sources.resolve("Link.java"), link);
        Files.writeString(
                sources.resolve("Kept.java"),
                "public class Kept { public static Object kept() { return " + kept + "; } }");
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        sources.resolve("Visit.java").toString(),
                        sources.resolve("Link.java").toString(),
                        sources.resolve("Kept.java").toString());
        assertThat(result).isZero();
        return new URLClassLoader(new URL[] {sources.toUri().toURL()});
    }
}
