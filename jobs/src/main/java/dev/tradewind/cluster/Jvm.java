package dev.tradewind.cluster;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts programs of this JVM's class path, each in a process of its own. They are deaf to Ctrl-C, which a terminal sends to all
 * of them, and to the terminal's end; they end when they are told, or with this JVM, however it ends.
 */
public final class Jvm {
    private static final int SECONDS_TO_END = 10;
    /** What a shell ignores, the program that takes its place ignores, too. */
    private static final List<String> DEAF = List.of("sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh");

    private static final List<String> OPEN =
            List.of("--add-opens=java.base/java.lang=ALL-UNNAMED", "--add-opens=java.base/java.util=ALL-UNNAMED");

    /**
     * @param main the class by its name
     * @param said the file for what it says on its output and error output; what it logs is there too where {@code log4j2}
     *     sends it to the console. What stood there before stays.
     * @return with the pipe as standard input, which must stay so: the process ends with it
     */
    public static ProcessBuilder of(String main, List<String> options, List<String> args, Path said)
            throws IOException {
        Files.createDirectories(said.toAbsolutePath().getParent());
        var command = new ArrayList<>(DEAF);
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(OPEN);
        command.addAll(options);
        command.add(Tether.class.getName());
        command.add(main);
        command.addAll(args);
        var process =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.appendTo(said.toFile()));
        // the list of jars is too long for a command line
        process.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        return process;
    }

    /**
     * Writes a configuration of {@code log4j2} for such a process.
     *
     * @param level from which on it logs
     */
    static void logToConsole(Path configuration, String level) throws IOException {
        Files.writeString(
                configuration,
                """
                        rootLogger.level = %s
                        rootLogger.appenderRef.console.ref = Console
                        appender.console.name = Console
                        appender.console.type = Console
                        appender.console.layout.type = PatternLayout
                        appender.console.layout.pattern = %%d{HH:mm:ss,SSS} %%-5p %%c{1.} - %%m%%n
                        """
                        .formatted(level));
    }

    /** Tells a process to end. {@link Process#destroy} would close its standard input as well, which kills it. */
    public static void tellToEnd(Process process) {
        process.toHandle().destroy();
    }

    /** Tells a process to end, and kills it if it has not within ten seconds. */
    static void end(Process process) throws InterruptedException {
        tellToEnd(process);
        if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
            process.destroyForcibly().onExit().join();
        }
    }

    private Jvm() {}
}
