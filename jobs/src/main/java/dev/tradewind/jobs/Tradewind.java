package dev.tradewind.jobs;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.TimeUtils;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Exit code 0 when every business got its answer, 2 for wrong use, 1 when the job failed. */
@Command(
        name = "tradewind",
        description = "Continuous industry classification of businesses from their web sites.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ClassifyCommand.class, CrawlCommand.class, DemoCommand.class, ClusterCommand.class})
public final class Tradewind {
    private static final int FAILED = 1;
    private static final int WRONG_USE = 2;

    private Tradewind() {}

    public static void main(String[] args) {
        int code = run(args);
        if (!Execution.onCluster()) {
            System.exit(code);
        }
        if (code != 0) {
            throw new IllegalStateException("the job was not started: the reason stands above");
        }
    }

    /** @return the exit code */
    static int run(String... args) {
        var line = commandLine();
        try {
            var file = ConfigFile.named(List.of(args));
            if (file != null) {
                var config = ConfigFile.read(file);
                config.checkAgainst(line);
                line.setDefaultValueProvider(config);
            }
        } catch (IllegalArgumentException e) {
            return complain(line, e.getMessage(), WRONG_USE);
        }
        return line.execute(args);
    }

    static CommandLine commandLine() {
        var line = new CommandLine(new Tradewind());
        line.registerConverter(Duration.class, TimeUtils::parseDuration);
        line.registerConverter(MemorySize.class, MemorySize::parse);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        for (var command : line.getSubcommands().values()) {
            command.getCommandSpec().mixinStandardHelpOptions(true).version("Tradewind " + version());
            command.getCommandSpec()
                    .usageMessage()
                    .showDefaultValues(true)
                    .sortOptions(false)
                    .abbreviateSynopsis(true)
                    .width(110);
        }
        line.getCommandSpec().mixinStandardHelpOptions(true).version("Tradewind " + version());
        line.setParameterExceptionHandler((e, args) -> complain(e.getCommandLine(), e.getMessage(), WRONG_USE));
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            if (e instanceof JobFailure) {
                return complain(command, e.getMessage(), FAILED);
            }
            if (e instanceof IOException) {
                return complain(command, e.getClass().getSimpleName() + ": " + e.getMessage(), FAILED);
            }
            throw e;
        });
        return line;
    }

    private static int complain(CommandLine command, String message, int code) {
        command.getErr()
                .println("tradewind: " + message.replaceAll("\\R\\s*|\\p{Cntrl}", " ")
                        + (code == WRONG_USE
                                ? " (see " + command.getCommandSpec().qualifiedName() + " --help)"
                                : ""));
        command.getErr().flush();
        return code;
    }

    private static String version() {
        var version = Tradewind.class.getPackage().getImplementationVersion();
        return version == null ? "(unpackaged)" : version;
    }
}
