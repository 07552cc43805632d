package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Properties;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

class LogPatternTest {

    @Test
    void aMessageIsOneLineWithoutControlCharactersWhateverStandsInIt() throws IOException {
        var forged = "http://a.com/\r\n2026-01-01 INFO forged\u0000\u001b[2J\u007f\u0085\tcafé";

        assertThat(logged(forged))
                .endsWith(" - http://a.com/  2026-01-01 INFO forged  [2J  \tcafé" + System.lineSeparator());
    }

    private static String logged(String message) throws IOException {
        var properties = new Properties();
        try (var in = LogPatternTest.class.getResourceAsStream("/log4j2.properties")) {
            properties.load(in);
        }
        return PatternLayout.newBuilder()
                .withPattern(properties.getProperty("appender.file.layout.pattern"))
                .build()
                .toSerializable(Log4jLogEvent.newBuilder()
                        .setLevel(Level.WARN)
                        .setLoggerName("test")
                        .setMessage(new SimpleMessage(message))
                        .build());
    }
}
