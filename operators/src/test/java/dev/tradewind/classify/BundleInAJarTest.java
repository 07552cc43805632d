package dev.tradewind.classify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded bundle where it is inside a jar, each time opened by a class loader of its own as after a restart. */
class BundleInAJarTest {
    private static final List<String> FILES =
            List.of("encoder.onnx", "head.onnx", "industries.csv", "model.json", "tokenizer.json");

    private final String temporaryBefore = System.getProperty("java.io.tmpdir");

    @TempDir
    Path folder;

    private Path jar;

    @BeforeEach
    void pack() throws IOException {
        jar = folder.resolve("with-model.jar");
        try (var entries = new JarOutputStream(Files.newOutputStream(jar))) {
            for (String file : FILES) {
                entries.putNextEntry(new JarEntry("dev/tradewind/model/" + file));
                Files.copy(TinyBundle.folder().resolve(file), entries);
            }
        }
        System.setProperty(
                "java.io.tmpdir", Files.createDirectory(folder.resolve("tmp")).toString());
    }

    @AfterEach
    void restore() {
        System.setProperty("java.io.tmpdir", temporaryBefore);
    }

    @Test
    void isUnpackedOnceForAll() throws Exception {
        Path first = open();
        Object before = identity(first.resolve("encoder.onnx"));

        assertThat(open()).isEqualTo(first);
        assertThat(identity(first.resolve("encoder.onnx"))).isEqualTo(before);
        assertThat(folder.resolve("tmp")).isDirectoryNotContaining(entry -> !entry.equals(first));
    }

    @Test
    void isMendedWhereAProcessWasKilledInTheMiddleOrAFileIsDamaged() throws Exception {
        Path unpacked = open();
        Files.writeString(unpacked.resolve("part"), "half a fi");
        Files.delete(unpacked.resolve("head.onnx"));
        Files.writeString(unpacked.resolve("encoder.onnx"), "damaged");

        open();

        for (String file : FILES) {
            assertThat(unpacked.resolve(file))
                    .hasSameBinaryContentAs(TinyBundle.folder().resolve(file));
        }
        assertThat(unpacked.resolve("part")).doesNotExist();
    }

    private static Object identity(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    private Path open() throws Exception {
        var classPath = new ArrayList<URL>();
        classPath.add(jar.toUri().toURL());
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            classPath.add(Path.of(entry).toUri().toURL());
        }
        try (var jarFirst = new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> bundles = jarFirst.loadClass(ModelBundle.class.getName());
            Object bundle = bundles.getMethod("open", String.class).invoke(null, ModelBundle.EMBEDDED);
            Method file = bundles.getDeclaredMethod("file", String.class);
            file.setAccessible(true);
            return ((Path) file.invoke(bundle, "model.json")).getParent();
        }
    }
}
