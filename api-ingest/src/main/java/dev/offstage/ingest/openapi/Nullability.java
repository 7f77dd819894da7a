package dev.offstage.ingest.openapi;

import com.fasterxml.jackson.databind.JavaType;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says of a record's properties what JSpecify says of its components: null or always there. Swagger
 * resolves types by Jackson 2, whatever Jackson the API itself uses.
 */
final class Nullability implements ModelConverter {
  @Override
  public @Nullable Schema<?> resolve(
      AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
    if (!chain.hasNext()) {
      return null;
    }
    var schema = chain.next().resolve(type, context, chain);
    var raw = raw(type);
    if (schema != null && raw != null && raw.isRecord()) {
      var model = schema.get$ref() == null ? schema : context.getDefinedModels().get(name(schema));
      if (model != null && model.getProperties() != null) {
        for (var component : raw.getRecordComponents()) {
          describe(model, component);
        }
      }
    }
    return schema;
  }

  @SuppressWarnings("rawtypes") // as Swagger's model is
  private static void describe(Schema model, RecordComponent component) {
    if (!(model.getProperties().get(component.getName()) instanceof Schema<?> property)) {
      return;
    }
    if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
      if (model.getRequired() == null || !model.getRequired().contains(component.getName())) {
        model.addRequiredItem(component.getName());
      }
    } else if (property.get$ref() != null) {
      var nothing = new JsonSchema();
      nothing.addType("null");
      var either = new JsonSchema();
      either.setAnyOf(List.of(new JsonSchema().$ref(property.get$ref()), nothing));
      model.addProperty(component.getName(), either);
    } else if (property.getTypes() != null) {
      property.addType("null");
    }
  }

  private static @Nullable Class<?> raw(AnnotatedType type) {
    return switch (type.getType()) {
      case Class<?> plain -> plain;
      case JavaType resolved -> resolved.getRawClass();
      case null, default -> null;
    };
  }

  private static String name(Schema<?> schema) {
    return schema.get$ref().substring(schema.get$ref().lastIndexOf('/') + 1);
  }
}
