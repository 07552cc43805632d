package dev.tradewind.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.io.Writer;

/** JSON that can stand inside an HTML script element: nothing in it can end the element or start a comment. */
final class InertJson extends CharacterEscapes {

    private static final long serialVersionUID = 1;
    private static final JsonFactory FACTORY =
            new JsonFactoryBuilder().characterEscapes(new InertJson()).build();

    private final int[] ascii = standardAsciiEscapesForJSON();

    private InertJson() {
        for (char mark : new char[] {'<', '>', '&'}) {
            ascii[mark] = ESCAPE_STANDARD;
        }
    }

    /** Writes to {@code html}, which stays open when the generator is closed. */
    static JsonGenerator to(Writer html) throws IOException {
        return FACTORY.createGenerator(html).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    }

    @Override
    public int[] getEscapeCodesForAscii() {
        return ascii;
    }

    @Override
    public SerializableString getEscapeSequence(int character) {
        // The line ends of JavaScript, and surrogates: a title cut in the middle of one could not be said in UTF-8.
        return character == 0x2028 || character == 0x2029 || Character.isSurrogate((char) character)
                ? new SerializedString(String.format("\\u%04x", character))
                : null;
    }
}
