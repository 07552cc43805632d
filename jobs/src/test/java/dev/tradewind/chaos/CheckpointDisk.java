package dev.tradewind.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Where checkpoints go: a plain folder, or a small file system of its own (tmpfs), which can be filled. */
final class CheckpointDisk implements AutoCloseable {
    private static final String SIZE = "64m";
    private static final byte[] BLOCK = new byte[4096];

    private final Path folder;
    private final boolean mounted;

    private CheckpointDisk(Path folder, boolean mounted) {
        this.folder = folder;
        this.mounted = mounted;
    }

    static CheckpointDisk folder(Path folder) throws IOException {
        return new CheckpointDisk(Files.createDirectories(folder), false);
    }

    /** Whoever may not mount a file system gets a plain folder. */
    static CheckpointDisk mount(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        // left behind by a run that was killed
        run("umount", "-l", folder.toString());
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "tmpfs", folder.toString());
        return new CheckpointDisk(folder, mounted);
    }

    Path path() {
        return folder;
    }

    boolean canBeFilled() {
        return mounted;
    }

    /** Leaves no byte free. */
    void fill() throws IOException {
        try (var filler = Files.newOutputStream(filler())) {
            writeUntilFull(filler);
        }
    }

    private static void writeUntilFull(OutputStream filler) {
        try {
            while (true) {
                filler.write(BLOCK);
            }
        } catch (IOException e) {
            // no space left on device
        }
    }

    /** Gives the room back. */
    void free() throws IOException {
        Files.deleteIfExists(filler());
    }

    private Path filler() {
        return folder.resolve("filler");
    }

    @Override
    public void close() {
        if (!mounted) {
            return;
        }
        try {
            run("umount", "-l", folder.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }
}
