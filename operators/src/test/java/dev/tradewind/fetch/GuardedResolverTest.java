package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuardedResolverTest {
    private final Names names = new Names();

    @Test
    void givesPublicAddressesOnly() throws Exception {
        names.addresses = List.of("10.0.0.1", "93.184.216.34", "::1", "2606:2800:220::1");

        assertThat(resolve("joes.example").getNow())
                .extracting(InetAddress::getHostAddress)
                .containsExactly("93.184.216.34", "2606:2800:220:0:0:0:0:1");
    }

    @Test
    void judgesEveryAnswerAnew() throws Exception {
        names.addresses = List.of("93.184.216.34");
        assertThat(resolve("rebound.example").isSuccess()).isTrue();

        names.addresses = List.of("127.0.0.1");
        assertThat(resolve("rebound.example").cause()).isInstanceOf(GuardedResolver.BlockedAddressException.class);
    }

    @Test
    void tellsAnUnknownNameFromARefusedAddress() throws Exception {
        names.addresses = List.of();

        assertThat(resolve("nosuch.example").cause())
                .isInstanceOf(UnknownHostException.class)
                .isNotInstanceOf(GuardedResolver.BlockedAddressException.class);
    }

    @Test
    void saysOfAnyFailureOfTheNameServerThatTheNameIsUnknown() throws Exception {
        names.failure = new UnknownHostException("joes.example");
        names.failure.initCause(new IllegalStateException("NXDOMAIN"));

        // The HTTP client takes the innermost cause for what happened.
        assertThat(resolve("joes.example").cause())
                .isInstanceOf(UnknownHostException.class)
                .hasNoCause();
    }

    @Test
    void asksNobodyForNamesAndAddressesThatSpeakForThemselves() throws Exception {
        assertThat(resolve("127.0.0.1").cause()).isInstanceOf(GuardedResolver.BlockedAddressException.class);
        assertThat(resolve("[::1]").cause()).isInstanceOf(GuardedResolver.BlockedAddressException.class);
        assertThat(resolve("localhost").cause()).isInstanceOf(GuardedResolver.BlockedAddressException.class);
        assertThat(resolve("joes.localhost").cause()).isInstanceOf(GuardedResolver.BlockedAddressException.class);
        assertThat(resolve("joes.invalid").cause()).isInstanceOf(UnknownHostException.class);
        assertThat(resolve("8.8.8.8").isSuccess()).isTrue();
        assertThat(names.asked).isEmpty();
    }

    private Future<List<InetAddress>> resolve(String host) throws Exception {
        var guard = new AddressGuard(List.of());
        try (var resolver = new GuardedResolver(guard, names, ImmediateEventExecutor.INSTANCE)) {
            return resolver.resolveAll(host).await();
        }
    }

    /** A name server that answers as it is told. */
    private static final class Names extends InetNameResolver {
        final List<String> asked = new ArrayList<>();
        List<String> addresses = List.of();
        Exception failure;

        Names() {
            super(ImmediateEventExecutor.INSTANCE);
        }

        @Override
        protected void doResolve(String host, Promise<InetAddress> promise) {
            promise.setFailure(new UnsupportedOperationException());
        }

        @Override
        protected void doResolveAll(String host, Promise<List<InetAddress>> promise) throws Exception {
            asked.add(host);
            if (failure != null) {
                promise.setFailure(failure);
                return;
            }
            var answer = new ArrayList<InetAddress>();
            for (String address : addresses) {
                answer.add(InetAddress.getByName(address));
            }
            promise.setSuccess(answer);
        }
    }
}
