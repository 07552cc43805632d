package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What cannot work with Kafka is said in one line, before a job is started. */
class KafkaOptionsIT {
    private static KafkaBroker broker;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = KafkaBroker.start();
        broker.topic("businesses", 1);
        broker.topic("rejected", 1);
    }

    @AfterAll
    static void stopBroker() throws Exception {
        broker.close();
    }

    @Test
    void namesTheAddressWhereNoBrokerAnswers() throws Exception {
        try (var refusing = new Socket()) {
            refusing.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var address = "127.0.0.1:" + refusing.getLocalPort();

            assertThat(said(1, "--kafka.bootstrap-servers=" + address))
                    .startsWith("tradewind: no Kafka broker answers at " + address + " ")
                    .contains("--kafka.bootstrap-servers");
        }
    }

    @Test
    void namesTheTopicThatIsMissing() throws Exception {
        assertThat(said(1, "--kafka.bootstrap-servers=" + broker.address(), "--kafka.businesses=nowhere"))
                .startsWith("tradewind: the broker at " + broker.address() + " has no topic 'nowhere'")
                .contains("--kafka.businesses");
        assertThat(said(1, "--kafka.bootstrap-servers=" + broker.address())).contains("'predictions'");
    }

    @Test
    void asksForTheBrokersAddress() throws Exception {
        assertThat(said(2))
                .startsWith("tradewind: --source kafka needs --kafka.bootstrap-servers")
                .contains("classify --help");
    }

    /** The one line that the command said. */
    private static String said(int exitCode, String... kafka) throws Exception {
        var args = new ArrayList<>(List.of("classify", "--source=kafka", "--sink=kafka"));
        args.addAll(List.of(kafka));
        try (var command = RunningCommand.start(args.toArray(String[]::new))) {
            assertThat(command.exitCode()).isEqualTo(exitCode);
            assertThat(command.err()).hasLineCount(1);
            return command.err();
        }
    }
}
