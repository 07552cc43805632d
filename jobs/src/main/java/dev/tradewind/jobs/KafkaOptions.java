package dev.tradewind.jobs;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** The options {@code --kafka.*}. */
final class KafkaOptions {
    private static final int ANSWER_SECONDS = 10;

    @Option(
            names = "--kafka.bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "Brokers, with commas between. Needed where the source or the sink is kafka.")
    String bootstrapServers;

    @Option(names = "--kafka.businesses", paramLabel = "TOPIC", description = "Input topic.")
    String businesses = "businesses";

    @Option(names = "--kafka.predictions", paramLabel = "TOPIC", description = "Topic for the answers.")
    String predictions = "predictions";

    @Option(names = "--kafka.rejected", paramLabel = "TOPIC", description = "Topic for lines that are no business.")
    String rejected = "rejected";

    @Option(
            names = "--kafka.group",
            paramLabel = "NAME",
            description = "Consumer group; it starts where the group stopped, or at the earliest record.")
    String group = "tradewind";

    @Option(
            names = "--kafka.transaction-prefix",
            paramLabel = "NAME",
            description = "Prefix of the transactional ids: another one for each job on the same brokers.")
    String transactionPrefix = "tradewind";

    @Option(
            names = "--kafka.answered-since",
            paramLabel = "TIME",
            showDefaultValue = Visibility.NEVER,
            description =
                    "To go on from a checkpoint that is not the newest: a time shortly before it was triggered, such as"
                            + " 2026-11-22T15:04:05Z; a minute too early does no harm. What was answered since then is not"
                            + " answered again.")
    Instant answeredSince;

    @Option(
            names = "--kafka.property",
            paramLabel = "KEY=VALUE",
            split = "\n",
            showDefaultValue = Visibility.NEVER,
            description = "Any property of the Kafka clients, such as security.protocol=SASL_SSL. May be repeated.")
    Map<String, String> clientProperties = new LinkedHashMap<>();

    /** Of all clients. The producer's transactions must outlast the longest gap between two checkpoints, and the longest outage. */
    Properties properties() {
        var properties = new Properties();
        properties.setProperty("bootstrap.servers", bootstrapServers);
        properties.setProperty("transaction.timeout.ms", "900000");
        properties.setProperty("isolation.level", "read_committed");
        properties.putAll(clientProperties);
        return properties;
    }

    /** For questions that are answered within ten seconds or not at all. */
    Properties adminProperties() {
        var properties = properties();
        properties.remove("transaction.timeout.ms");
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_SECONDS * 1000);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_SECONDS * 1000 / 2);
        return properties;
    }

    /** @throws JobFailure with one line that helps, if the brokers do not answer or a topic is missing */
    void check(List<String> topics) {
        Set<String> known;
        try (var admin = Admin.create(adminProperties())) {
            known = admin.listTopics().names().get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new JobFailure("no Kafka broker answers at " + bootstrapServers + " within " + ANSWER_SECONDS + " s ("
                    + cause.getMessage() + "): check --kafka.bootstrap-servers and that the broker runs");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JobFailure("interrupted while asking " + bootstrapServers + " for its topics");
        }
        for (var topic : topics) {
            if (!known.contains(topic)) {
                throw new JobFailure(
                        "the broker at " + bootstrapServers + " has no topic '" + topic
                                + "': create it, or name another with --kafka.businesses, --kafka.predictions, --kafka.rejected");
            }
        }
    }
}
