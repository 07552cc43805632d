package dev.tradewind.fetch;

import io.netty.resolver.InetNameResolver;
import io.netty.resolver.NameResolver;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Resolves names to addresses that the guard allows, so that the address judged is the address connected. Addresses in
 * brackets or digits pass through the same guard; {@code localhost} names mean loopback and {@code .invalid} names nothing
 * (RFC 6761), neither is looked up.
 */
final class GuardedResolver extends InetNameResolver {
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private final AddressGuard guard;
    private final NameResolver<InetAddress> names;

    GuardedResolver(AddressGuard guard, NameResolver<InetAddress> names, EventExecutor executor) {
        super(executor);
        this.guard = guard;
        this.names = names;
    }

    @Override
    protected void doResolve(String host, Promise<InetAddress> promise) {
        resolveAll(host).addListener((Future<List<InetAddress>> resolved) -> {
            if (resolved.isSuccess()) {
                promise.trySuccess(resolved.getNow().get(0));
            } else {
                promise.tryFailure(resolved.cause());
            }
        });
    }

    @Override
    protected void doResolveAll(String host, Promise<List<InetAddress>> promise) throws Exception {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal != null) {
            judge(host, List.of(InetAddress.getByAddress(host, literal)), promise);
        } else if (host.equals("localhost") || host.endsWith(".localhost")) {
            judge(host, List.of(InetAddress.getByAddress(host, LOOPBACK)), promise);
        } else if (host.equals("invalid") || host.endsWith(".invalid")) {
            promise.tryFailure(new UnknownHostException(host));
        } else {
            names.resolveAll(host).addListener((Future<List<InetAddress>> resolved) -> {
                if (resolved.isSuccess()) {
                    judge(host, resolved.getNow(), promise);
                } else {
                    // Without its cause: the HTTP client would unwrap that and forget that a name was the matter.
                    promise.tryFailure(new UnknownHostException(resolved.cause().getMessage()));
                }
            });
        }
    }

    private void judge(String host, List<InetAddress> addresses, Promise<List<InetAddress>> promise) {
        List<InetAddress> allowed = addresses.stream().filter(guard::allows).toList();
        if (!allowed.isEmpty()) {
            promise.trySuccess(allowed);
        } else if (addresses.isEmpty()) {
            promise.tryFailure(new UnknownHostException(host));
        } else {
            promise.tryFailure(new BlockedAddressException(host));
        }
    }

    /** All addresses of a name are refused. */
    static final class BlockedAddressException extends UnknownHostException {
        private static final long serialVersionUID = 1;

        BlockedAddressException(String host) {
            super(host + " has no public address");
        }
    }
}
