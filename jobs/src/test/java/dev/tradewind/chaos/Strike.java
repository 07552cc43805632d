package dev.tradewind.chaos;

import dev.tradewind.testdata.LoopbackWeb;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Brings one fault over a job and undoes it. */
final class Strike {
    private static final Duration WEB_IS_GONE = Duration.ofSeconds(60);
    private static final Duration LONGER_THAN_THE_HEARTBEAT = Duration.ofSeconds(3);

    private final ChaosCluster cluster;
    private final ChaosRun run;
    private final LoopbackWeb web;
    private final SplittableRandom random;
    private Instant from;

    Strike(ChaosCluster cluster, ChaosRun run, LoopbackWeb web, SplittableRandom random) {
        this.cluster = cluster;
        this.run = run;
        this.web = web;
        this.random = random;
    }

    Fault strike(FaultKind kind) throws Exception {
        from = Instant.now();
        var what =
                switch (kind) {
                    case KILL_TASK_MANAGER -> killTaskManager();
                    case KILL_JOB_MANAGER -> killJobManager();
                    case KILL_BROKER -> killBroker();
                    case FREEZE -> freeze();
                    case FREEZE_BROKER -> freezeBroker();
                    case FILL_CHECKPOINT_DISK -> fillCheckpointDisk();
                    case BREAK_CHECKPOINT -> breakCheckpoint();
                    case DROP_WEB -> dropWeb();
                    case RESCALE -> rescale();
                    case UPGRADE -> upgrade();
                };
        return new Fault(kind, what, from, Instant.now());
    }

    private String killTaskManager() throws Exception {
        cluster.flink().kill(anyOfTheBusyTaskManagers());
        pause(1, 4);
        cluster.startTaskManager();
        return "a task manager";
    }

    private String killJobManager() throws Exception {
        cluster.flink().kill(cluster.flink().jobManager());
        pause(1, 4);
        cluster.flink().startJobManager();
        return "the job manager";
    }

    private String killBroker() throws Exception {
        cluster.broker().kill();
        pause(2, 6);
        cluster.broker().startAgain();
        return "the broker";
    }

    private String freeze() throws Exception {
        if (random.nextInt(3) == 0) {
            freeze(cluster.flink().jobManager());
            return "the job manager";
        }
        freeze(anyOfTheBusyTaskManagers());
        return "a task manager";
    }

    private String freezeBroker() throws Exception {
        freeze(cluster.broker().process());
        return "the broker";
    }

    private void freeze(Process process) throws Exception {
        signal("STOP", process);
        try {
            sleep(ChaosCluster.HEARTBEAT_TIMEOUT.plus(LONGER_THAN_THE_HEARTBEAT));
            pause(0, 3);
        } finally {
            signal("CONT", process);
        }
    }

    private static void signal(String signal, Process process) throws Exception {
        int code = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException("kill -" + signal + " " + process.pid() + " ended with " + code);
        }
    }

    private String fillCheckpointDisk() throws Exception {
        if (!cluster.disk().canBeFilled()) {
            return "skipped: only root can mount a small file system";
        }
        cluster.disk().fill();
        from = Instant.now();
        pause(4, 8);
        cluster.disk().free();
        return "the checkpoints'";
    }

    /** Of the newest one, while a task manager is lost: it is the one to go on from. */
    private String breakCheckpoint() throws Exception {
        while (cluster.completedCheckpoints().size() < 2) {
            sleep(Duration.ofMillis(100));
        }
        cluster.flink().kill(anyOfTheBusyTaskManagers());
        var checkpoints = cluster.completedCheckpoints();
        var newest = checkpoints.get(0);
        truncate(newest);
        cluster.startTaskManager();
        run.goOnFrom(checkpoints.get(1));
        return "of " + newest.getFileName();
    }

    private static void truncate(Path checkpoint) throws IOException {
        List<Path> files;
        try (var all = Files.list(checkpoint)) {
            files = all.filter(file -> !file.endsWith("_metadata")).toList();
        }
        for (var file : files) {
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(channel.size() / 2);
            }
        }
    }

    private String dropWeb() throws Exception {
        run.sendSlowly();
        web.drop();
        sleep(WEB_IS_GONE);
        web.comeBack();
        run.sendAsBefore();
        return "for " + WEB_IS_GONE.toSeconds() + " s";
    }

    private String rescale() throws Exception {
        run.goOn(3, run.options());
        run.awaitAnAnswer();
        run.goOn(1, run.options());
        return "parallelism 3, then 1";
    }

    private String upgrade() throws Exception {
        run.goOn(3, ChaosRun.UPGRADED);
        return "parallelism 3, a longer delay, more pages";
    }

    private Process anyOfTheBusyTaskManagers() throws Exception {
        var busy = cluster.busyTaskManagers();
        return busy.get(random.nextInt(busy.size()));
    }

    private void pause(int fromSeconds, int toSeconds) throws InterruptedException {
        sleep(Duration.ofMillis(random.nextInt(fromSeconds * 1_000, toSeconds * 1_000)));
    }

    private static void sleep(Duration duration) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(duration.toMillis());
    }
}
