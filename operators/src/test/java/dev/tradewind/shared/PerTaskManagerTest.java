package dev.tradewind.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PerTaskManagerTest {
    private final PerTaskManager<String, Client> clients = new PerTaskManager<>();

    @Test
    void sharesOneValueAmongAllWhoAskForTheSameKey() {
        Client first = clients.acquire("a", Client::new);

        assertThat(clients.acquire("a", Client::new)).isSameAs(first);
        assertThat(clients.acquire("b", Client::new)).isNotSameAs(first);
    }

    @Test
    void closesTheValueWhenItsLastHolderReleasesIt() throws Exception {
        Client client = clients.acquire("a", Client::new);
        clients.acquire("a", Client::new);

        clients.release("a");
        assertThat(client.closed).isZero();

        clients.release("a");
        assertThat(client.closed).isOne();
    }

    @Test
    void makesANewValueAfterTheLastOneWasClosed() throws Exception {
        Client first = clients.acquire("a", Client::new);
        clients.release("a");

        assertThat(clients.acquire("a", Client::new)).isNotSameAs(first);
    }

    @Test
    void holdsNothingWhenMakingTheValueFails() {
        assertThatThrownBy(() -> clients.acquire("a", key -> {
                    throw new IllegalStateException("no device");
                }))
                .hasMessage("no device");

        assertThat(clients.acquire("a", Client::new).key).isEqualTo("a");
    }

    @Test
    void refusesToReleaseWhatNobodyHolds() {
        assertThatThrownBy(() -> clients.release("a")).isInstanceOf(IllegalStateException.class);
    }

    private static final class Client implements AutoCloseable {
        final String key;
        int closed;

        Client(String key) {
            this.key = key;
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
