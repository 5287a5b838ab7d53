package harness;

import com.cloudbees.groovy.cps.CpsTransformer;
import com.cloudbees.groovy.cps.TransformerConfiguration;
import com.cloudbees.groovy.cps.sandbox.Untrusted;
import org.codehaus.groovy.ast.ClassCodeExpressionTransformer;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.FieldNode;
import org.codehaus.groovy.ast.MethodNode;
import org.codehaus.groovy.ast.stmt.Statement;
import org.codehaus.groovy.classgen.GeneratorContext;
import org.codehaus.groovy.control.SourceUnit;
import org.kohsuke.groovy.sandbox.SandboxTransformer;

/**
 * The CPS transform with sandboxed calls. Code that it does not transform (NonCPS methods, fields) gets the transform of
 * groovy-sandbox. groovy-cps has such a class, but it needs a groovy-sandbox later than the last one on Maven Central.
 */
final class SandboxedTransformer extends CpsTransformer {
  private final SandboxTransformer sandbox = new SandboxTransformer();
  private ClassCodeExpressionTransformer visitor;

  SandboxedTransformer() {
    setConfiguration(new TransformerConfiguration().withSafepoint(Safepoint.class, "safepoint"));
  }

  @Override
  public void call(SourceUnit source, GeneratorContext context, ClassNode type) {
    visitor = sandbox.createVisitor(source, type);
    super.call(source, context, type);
  }

  @Override
  protected void processConstructors(ClassNode type) {
    sandbox.processConstructors(visitor, type);
  }

  @Override
  protected void visitNontransformedMethod(MethodNode method) {
    visitor.visitMethod(method);
  }

  @Override
  protected void visitNontransformedField(FieldNode field) {
    visitor.visitField(field);
  }

  @Override
  protected void visitNontransformedStatement(Statement statement) {
    statement.visit(visitor);
  }

  @Override
  protected Class<?> getTrustTag() {
    return Untrusted.class;
  }
}
