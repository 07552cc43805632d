package dev.tradewind.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.client.cli.CliFrontend;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;
import org.apache.flink.util.FileUtils;

/**
 * A Flink session cluster on this machine whose job manager and task managers are processes, started as Flink's scripts do it but
 * with this JVM's class path. The folder holds the configuration, what each process said, their temporary files and the
 * checkpoints; only the temporary files are gone in the end.
 */
public final class FlinkProcesses implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Pattern SUBMITTED = Pattern.compile("submitted with JobID ([0-9a-f]{32})");

    private final Path folder;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<Process> processes = new ArrayList<>();
    private final FlinkRest rest;
    private Process jobManager;

    private FlinkProcesses(Path folder, Map<String, String> more) throws IOException {
        this.folder = folder.toAbsolutePath();
        FileUtils.deleteDirectory(this.folder.toFile());
        for (var name : List.of("conf", "log", "tmp")) {
            Files.createDirectories(this.folder.resolve(name));
        }
        for (var address :
                List.of("jobmanager.rpc.address", "jobmanager.bind-host", "rest.address", "rest.bind-address")) {
            settings.put(address, "localhost");
        }
        settings.put("taskmanager.host", "localhost");
        settings.put("taskmanager.bind-host", "localhost");
        settings.put("jobmanager.rpc.port", String.valueOf(FlinkRest.freePort()));
        settings.put("rest.port", String.valueOf(FlinkRest.freePort()));
        settings.put("taskmanager.numberOfTaskSlots", "1");
        settings.put("taskmanager.memory.process.size", "1024m");
        settings.put("taskmanager.memory.managed.size", "0m");
        settings.put("taskmanager.memory.task.off-heap.size", "128m");
        settings.put("heartbeat.interval", "500ms");
        settings.put("heartbeat.timeout", "10s");
        settings.put("restart-strategy.type", "fixed-delay");
        settings.put("restart-strategy.fixed-delay.attempts", "10");
        settings.put("restart-strategy.fixed-delay.delay", "1s");
        settings.put("execution.checkpointing.interval", "1s");
        settings.put(
                "execution.checkpointing.dir",
                this.folder.resolve("checkpoints").toUri().toString());
        settings.putAll(more);
        settings.put("rest.bind-port", settings.get("rest.port"));
        rest = FlinkRest.at(Integer.parseInt(settings.get("rest.port")));
        Files.writeString(
                conf().resolve("config.yaml"),
                settings.entrySet().stream()
                        .map(setting -> setting.getKey() + ": " + setting.getValue() + "\n")
                        .collect(Collectors.joining()));
        Jvm.logToConsole(conf().resolve("log4j2.properties"), "INFO");
    }

    /**
     * Starts a job manager.
     *
     * @param folder emptied first
     * @param settings Flink's, beside or instead of those that a small cluster wants
     */
    public static FlinkProcesses start(Path folder, Map<String, String> settings) throws Exception {
        var cluster = new FlinkProcesses(folder, settings);
        try {
            cluster.startJobManager();
            return cluster;
        } catch (Exception e) {
            cluster.close();
            throw e;
        }
    }

    /** What a process says, by the name it was started under; the job manager's is {@code jobmanager}. */
    public Path log(String name) {
        return folder.resolve("log").resolve(name + ".log");
    }

    /** The cluster's REST interface. */
    public FlinkRest rest() {
        return rest;
    }

    /** Starts a job manager and waits until it answers; the one before, if any, must have ended. */
    public Process startJobManager() throws Exception {
        jobManager = launch(
                "jobmanager",
                StandaloneSessionClusterEntrypoint.class.getName(),
                List.of("-Xmx512m"),
                List.of("--configDir", conf().toString(), "--executionMode", "cluster"));
        until("jobmanager", jobManager, () -> rest.get("/overview") != null);
        return jobManager;
    }

    /** What all its processes are told, and what a client wants to know. */
    public Configuration configuration() {
        return Configuration.fromMap(settings);
    }

    /** The job manager that was started last. */
    public Process jobManager() {
        return jobManager;
    }

    /**
     * Starts a task manager and does not wait until it is there: jobs do.
     *
     * @param name of its log, and its id
     */
    public Process startTaskManager(String name) throws IOException {
        var sizes = TaskExecutorProcessUtils.processSpecFromConfig(configuration());
        var args = new ArrayList<>(List.of("--configDir", conf().toString()));
        args.addAll(words(TaskExecutorProcessUtils.generateDynamicConfigsStr(sizes)));
        args.addAll(List.of("-D", "taskmanager.resource-id=" + name));
        return launch(
                name,
                TaskManagerRunner.class.getName(),
                words(ProcessMemoryUtils.generateJvmParametersStr(sizes)),
                args);
    }

    /** Ends a process as {@code kill -9} does. */
    public void kill(Process process) {
        process.destroyForcibly().onExit().join();
    }

    /**
     * Submits a job as {@code flink run -d} does.
     *
     * @param main its class, on the class path
     * @param args of its command line
     * @return its id
     * @throws IllegalStateException with what the client said, if it was not submitted
     */
    public String submit(Class<?> main, int parallelism, String... args) throws Exception {
        return submit(List.of(), main, parallelism, args);
    }

    /**
     * Submits a job that goes on from a savepoint or a checkpoint, as {@code flink run -d -s} does.
     *
     * @return its id
     */
    public String submitFrom(String savepoint, Class<?> main, int parallelism, String... args) throws Exception {
        return submit(List.of("-s", savepoint), main, parallelism, args);
    }

    private String submit(List<String> from, Class<?> main, int parallelism, String... args) throws Exception {
        var jar = folder.resolve("empty.jar");
        new JarOutputStream(Files.newOutputStream(jar)).close();
        var all = new ArrayList<>(List.of("run", "-d", "-p", String.valueOf(parallelism)));
        all.addAll(from);
        all.addAll(List.of("-c", main.getName(), jar.toString()));
        all.addAll(List.of(args));
        Files.deleteIfExists(log("client"));
        var client = launch("client", CliFrontend.class.getName(), List.of("-Xmx256m"), all);
        if (!client.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    "the job was not submitted within " + PATIENCE.toMinutes() + " minutes; see " + log("client"));
        }
        var said = Files.readString(log("client"));
        var job = SUBMITTED.matcher(said);
        if (client.exitValue() != 0 || !job.find()) {
            throw new IllegalStateException("the job was not submitted; see " + log("client") + "\n" + said);
        }
        return job.group(1);
    }

    /** The job's last state, once it has one. */
    public String awaitEnd(String job) throws Exception {
        var state = new String[1];
        until("job " + job, null, () -> {
            var known = rest.get("/jobs/" + job);
            state[0] = known.get("state").asText();
            return known.get("end-time").asLong() > 0;
        });
        return state[0];
    }

    /** Waits until the job has completed one more checkpoint. */
    public void awaitCheckpoint(String job) throws Exception {
        int before = checkpoints(job);
        until("job " + job, null, () -> checkpoints(job) > before);
    }

    private int checkpoints(String job) throws IOException, InterruptedException {
        return rest.get("/jobs/" + job + "/checkpoints").at("/counts/completed").asInt();
    }

    /** Waits until the job went on from a checkpoint, and has completed one since. */
    public void awaitRestore(String job) throws Exception {
        until(
                "job " + job,
                null,
                () -> rest.get("/jobs/" + job + "/checkpoints")
                                .at("/counts/restored")
                                .asInt()
                        > 0);
        awaitCheckpoint(job);
    }

    /**
     * Asks the job to end as if its input had ended.
     *
     * @return where the cluster tells what comes of it
     */
    public String drain(String job) throws IOException, InterruptedException {
        return askToStop(job, true);
    }

    /** Whether it is known by now that what was asked for will not come about, and the job goes on. */
    boolean wasRefused(String asked) throws IOException, InterruptedException {
        return rest.get(asked).at("/operation").has("failure-cause");
    }

    private String askToStop(String job, boolean drain) throws IOException, InterruptedException {
        var request = rest.post(
                "/jobs/" + job + "/stop",
                Map.of("targetDirectory", folder.resolve("savepoints").toUri().toString(), "drain", drain));
        return "/jobs/" + job + "/savepoints/" + request.get("request-id").asText();
    }

    /**
     * Stops a job with a savepoint.
     *
     * @return the savepoint, or null if it did not come about, and the job goes on
     */
    public String stop(String job) throws Exception {
        var path = askToStop(job, false);
        until("job " + job, null, () -> rest.get(path).at("/status/id").asText().equals("COMPLETED"));
        var location = rest.get(path).at("/operation/location");
        return location.isTextual() ? location.asText() : null;
    }

    /** Ends a job without a savepoint; its last checkpoints stay where they are retained. */
    public void cancel(String job) throws Exception {
        rest.patch("/jobs/" + job);
        awaitEnd(job);
    }

    /** The folder of the newest checkpoint of whatever job, if there is one. */
    public Optional<Path> lastCheckpoint() throws IOException {
        var checkpoints = folder.resolve("checkpoints");
        if (!Files.isDirectory(checkpoints)) {
            return Optional.empty();
        }
        try (var files = Files.find(checkpoints, 3, (file, attributes) -> file.endsWith("_metadata"))) {
            return files.max(Comparator.comparing(file -> file.toFile().lastModified()))
                    .map(Path::getParent);
        }
    }

    /** What made the job start anew, oldest last. */
    public List<String> failures(String job) throws IOException, InterruptedException {
        var history = rest.get("/jobs/" + job + "/exceptions").at("/exceptionHistory/entries");
        var failures = new ArrayList<String>();
        for (JsonNode entry : history) {
            failures.add(entry.get("exceptionName").asText());
        }
        return failures;
    }

    /** Kills what still runs. */
    @Override
    public void close() throws IOException {
        processes.forEach(this::kill);
        FileUtils.deleteDirectory(folder.resolve("tmp").toFile());
    }

    private Process launch(String name, String main, List<String> options, List<String> args) throws IOException {
        var all = new ArrayList<>(options);
        if (settings.containsKey("env.java.opts.all")) {
            all.addAll(words(settings.get("env.java.opts.all")));
        }
        all.add("-Djava.io.tmpdir=" + folder.resolve("tmp"));
        all.add("-Dlog4j2.configurationFile="
                + conf().resolve("log4j2.properties").toUri());
        var builder = Jvm.of(main, all, args, log(name));
        builder.environment().put("FLINK_CONF_DIR", conf().toString());
        var process = builder.start();
        processes.add(process);
        return process;
    }

    /**
     * @param what is waited for
     * @param alive a process that must not end meanwhile, or null
     */
    private void until(String what, Process alive, Callable<Boolean> holds) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                if (holds.call()) {
                    return;
                }
            } catch (IOException e) {
                // the REST interface is not there yet
            }
            if (alive != null && !alive.isAlive()) {
                throw new IllegalStateException("the " + what + " ended with exit code " + alive.exitValue()
                        + " as soon as it was started; see " + log(what));
            }
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("the " + what + " did not get on within " + PATIENCE.toMinutes()
                        + " minutes; see " + folder.resolve("log"));
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private Path conf() {
        return folder.resolve("conf");
    }

    private static List<String> words(String line) {
        return List.of(line.trim().split(" +"));
    }
}
