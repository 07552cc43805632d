package dev.tradewind.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts programs of this JVM's class path, each in a process of its own. */
public final class Jvm {
    private static final List<String> OPEN =
            List.of("--add-opens=java.base/java.lang=ALL-UNNAMED", "--add-opens=java.base/java.util=ALL-UNNAMED");

    /**
     * @param main the class by its name
     * @param said the file for what it says on its output and error output; what it logs is there too where {@code log4j2}
     *     sends it to the console
     */
    public static ProcessBuilder of(String main, List<String> options, List<String> args, Path said)
            throws IOException {
        Files.createDirectories(said.toAbsolutePath().getParent());
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(OPEN);
        command.addAll(options);
        command.add(main);
        command.addAll(args);
        var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
        // the list of jars is too long for a command line
        process.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        return process;
    }

    private Jvm() {}
}
