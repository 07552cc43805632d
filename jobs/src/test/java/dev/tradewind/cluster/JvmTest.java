package dev.tradewind.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JvmTest {
    @TempDir
    Path folder;

    private Process process;

    /** A program that goes on until it is ended. */
    static final class Waiting {
        public static void main(String[] args) throws InterruptedException {
            System.out.println("waiting for " + args[0]);
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    @BeforeEach
    void start() throws Exception {
        start("an end");
    }

    private void start(String awaited) throws Exception {
        process = Jvm.of(Waiting.class.getName(), List.of("-Xmx16m"), List.of(awaited), said())
                .start();
        await().until(() -> Files.readString(said()).contains("waiting for " + awaited));
    }

    @AfterEach
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    private Path said() {
        return folder.resolve("said.txt");
    }

    @Test
    void isDeafToCtrlCAndToTheEndOfItsTerminalButNotToBeingTold() throws Exception {
        send("INT");
        send("HUP");
        assertThat(process.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();

        Jvm.end(process);

        assertThat(process.exitValue()).as("128 + SIGTERM").isEqualTo(143);
    }

    @Test
    void endsWithTheProcessThatStartedItWhoseEndOfThePipeIsThenClosed() throws Exception {
        process.getOutputStream().close();

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void keepsWhatAnEarlierProcessSaid() throws Exception {
        Jvm.end(process);
        start("another end");

        assertThat(said()).content().contains("waiting for an end");
    }

    @Test
    void aProgramThatFailsEndsAsItWouldByItself() throws Exception {
        var failing = Jvm.of("dev.tradewind.NoSuchClass", List.of(), List.of(), folder.resolve("failed.txt"))
                .start();

        assertThat(failing.waitFor()).isEqualTo(1);
        assertThat(folder.resolve("failed.txt")).content().contains("ClassNotFoundException");
    }

    private void send(String signal) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }
}
