package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.cluster.FlinkRest;
import dev.tradewind.report.Browser;
import dev.tradewind.testdata.SampleSites;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command {@code cluster} of the packaged jar as in a terminal: looked at, hurt and stopped by Ctrl-C.
 *
 * <p>{@code -Dcluster.picture=FILE} keeps the picture of the job graph.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class ClusterIT {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Pattern ANSWER =
            Pattern.compile("(?m)^(demo-\\d+-\\w+)-(\\d+) +(classified|abstained|failed) ");
    private static final Pattern MEMBER = Pattern.compile("(?m)^(\\S+) +pid (\\d+) ");
    private static final Pattern JOB = Pattern.compile("(http://localhost:\\d+)/#/job/running/([0-9a-f]{32})/overview");
    /** A process group as a terminal gives it, with Ctrl-C at its default, which a shell may have switched off for us. */
    private static final String IN_A_GROUP_OF_ITS_OWN =
            "import os, signal, sys; os.setpgrp(); signal.signal(signal.SIGINT, signal.SIG_DFL); os.execvp(sys.argv[1], sys.argv[1:])";

    private static final String BOXES = "[...document.querySelectorAll('g.node')]";

    private final Path output = Path.of("target/cluster");
    private final Path said = Path.of("target/cluster-said.txt");

    private Process command;
    private List<ProcessHandle> everyProcess;
    private Invocation second;
    private List<String> vertices;
    private List<String> drawn;

    @BeforeAll
    void useIt(@TempDir Path profile) throws Exception {
        start("--output=" + output, "--web-ui.port=0", "--rate=2");
        awaitAnswers(14);
        second = Invocation.of("cluster", "--output=" + output, "--web-ui.port=0");
        lookAtTheGraph(profile);

        var victim = all(MEMBER).stream()
                .filter(member -> member.group(1).equals("taskmanager-1"))
                .findFirst()
                .orElseThrow();
        send("KILL", victim.group(2));
        await().atMost(PATIENCE).until(() -> said().contains("the job goes on from checkpoint"));
        awaitAnswers(all(ANSWER).size() + 14);

        everyProcess = command.descendants().toList();
        send("INT", "-" + command.pid());
        assertThat(command.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(said())
                .isTrue();
    }

    @AfterAll
    void kill() {
        if (command != null) {
            command.destroyForcibly();
        }
    }

    @Test
    void everyBusinessGetsOneAnswerAndTheRightOneThoughATaskManagerIsKilled() {
        var expected = SampleSites.expected();
        assertThat(all(ANSWER))
                .allSatisfy(answer -> assertThat(answer.group(3))
                        .as(answer.group())
                        .isEqualTo(expected.get(answer.group(1)).status()))
                .extracting(answer -> answer.group(2))
                .doesNotHaveDuplicates();
        int answers = all(ANSWER).size();
        assertThat(said()).contains("%d sent, %d answered, 0 twice, 0 unanswered".formatted(answers, answers));
    }

    @Test
    void aDeadTaskManagerIsReplaced() {
        assertThat(said())
                .containsPattern("taskmanager-1 died \\(pid \\d+\\): taskmanager-3 takes its place, pid \\d+");
    }

    @Test
    void ctrlCEndsItWellAndLeavesNoProcess() {
        assertThat(command.exitValue()).as(said()).isZero();
        assertThat(said()).contains("all processes have ended");
        assertThat(everyProcess).hasSize(4).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void theWebUiDrawsTheJobsGraph() {
        assertThat(vertices).hasSizeGreaterThan(5);
        assertThat(drawn).hasSameSizeAs(vertices);
        assertThat(vertices).allSatisfy(vertex -> assertThat(drawn)
                .anySatisfy(box -> assertThat(box).startsWith(vertex)));
    }

    @Test
    void anotherClusterInTheSameFolderIsRefusedInOneLine() {
        assertThat(second.code()).isEqualTo(1);
        assertThat(second.said().strip().lines()).singleElement().asString().contains("a cluster runs in");
    }

    private void start(String... args) throws IOException {
        var line = new ArrayList<>(List.of(
                "python3",
                "-c",
                IN_A_GROUP_OF_ITS_OWN,
                ProcessHandle.current().info().command().orElse("java"),
                "-jar",
                "target/tradewind.jar",
                "cluster"));
        line.addAll(List.of(args));
        command = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
    }

    private void awaitAnswers(int count) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(all(ANSWER)).as(said()).hasSizeGreaterThanOrEqualTo(count);
        });
    }

    private void lookAtTheGraph(Path profile) throws Exception {
        var job = all(JOB).get(0);
        vertices = FlinkRest.at(Integer.parseInt(job.group(1).replaceAll(".*:", "")))
                .get("/jobs/" + job.group(2))
                .get("vertices")
                .findValuesAsText("name");
        try (var browser = new Browser(profile, 1700, 1000)) {
            browser.visit(job.group());
            browser.await(BOXES + ".length == " + vertices.size());
            browser.await(BOXES + ".every(box => box.textContent.includes('Parallelism'))");
            drawn = browser.contents("g.node");
            var picture = System.getProperty("cluster.picture");
            if (picture != null) {
                browser.await(BOXES + ".some(box => /Busy .max.: [1-9]/.test(box.textContent))");
                browser.await(BOXES + ".every(box => !box.textContent.includes('N/A'))");
                browser.picture("flink-dagre .node, flink-dagre .edge", Path.of(picture));
            }
        }
    }

    private static void send(String signal, String to) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + signal, "--", to).start().waitFor())
                .isZero();
    }

    private List<MatchResult> all(Pattern pattern) {
        return pattern.matcher(said()).results().toList();
    }

    private String said() {
        try {
            return Files.readString(said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
