package dev.tradewind.encode;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** ONNX Runtime's one environment, which lasts as long as the process. */
public final class OnnxEnvironment {
    private static final Logger LOG = LoggerFactory.getLogger(OnnxEnvironment.class);
    private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

    static {
        holdOnceMore();
    }

    private OnnxEnvironment() {}

    public static OrtEnvironment get() {
        return ENVIRONMENT;
    }

    /**
     * ONNX Runtime gives the environment up in a shutdown hook, and a session that is being opened then takes the process
     * down (microsoft/onnxruntime#31352). It counts who holds the environment: with one more, which is never given back, the
     * hook does nothing. Only its private methods can hold it once more.
     */
    private static void holdOnceMore() {
        try {
            Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
            Method hold = OrtEnvironment.class.getDeclaredMethod("createHandle", long.class, int.class, String.class);
            api.setAccessible(true);
            hold.setAccessible(true);
            hold.invoke(
                    null,
                    api.getLong(null),
                    OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING.getValue(),
                    OrtEnvironment.DEFAULT_NAME);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.warn("A process that is stopped while a model is opened may crash: this ONNX Runtime is another", e);
        }
    }
}
